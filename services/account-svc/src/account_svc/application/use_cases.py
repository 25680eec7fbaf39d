"""All that can be asked of account-svc, wired to its ports."""

from dataclasses import dataclass

from account_svc.application.account_use_cases import AccountUseCases
from account_svc.application.ads_use_cases import AdsUseCases
from account_svc.application.application_use_cases import ApplicationUseCases
from account_svc.application.appstore_use_cases import AppstoreUseCases
from account_svc.application.commands.complete_connection import CompleteConnection
from account_svc.application.commands.connect_by_hand import ConnectByHand
from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.commands.end_connection import EndConnection
from account_svc.application.commands.record_authorization_failure import RecordAuthorizationFailure
from account_svc.application.commands.register_application import RegisterApplication
from account_svc.application.commands.replace_refresh_token import ReplaceRefreshToken
from account_svc.application.commands.start_connection import StartConnection
from account_svc.application.commands.store_authorization import StoreAuthorization
from account_svc.application.health_use_cases import HealthUseCases
from account_svc.application.ports.account_erasure import AccountErasure
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.ads_directory import AdsDirectory
from account_svc.application.ports.ads_store import AdsStore
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.authorization_exchange import AuthorizationExchange
from account_svc.application.ports.credential_audit import CredentialAudit
from account_svc.application.ports.oauth_state_store import OAuthStateStore
from account_svc.application.ports.random_tokens import RandomTokens
from account_svc.application.ports.refresh_leases import RefreshLeases
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.application.ports.sync_records import SyncRecords
from account_svc.application.ports.sync_requests import SyncRequests
from account_svc.application.queries.connection_status import ConnectionStatus
from account_svc.application.queries.get_account import GetAccount
from account_svc.application.queries.list_accounts import ListAccounts
from account_svc.application.queries.read_application_credentials import ReadApplicationCredentials
from account_svc.application.queries.read_credentials import ReadCredentials
from account_svc.application.refresh_lease_use_cases import RefreshLeaseUseCases
from account_svc.domain.ads_consent import AdsConsent
from account_svc.domain.oauth_state import BrowserBinding
from svc_kit.clock import Clock
from svc_kit.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything the use cases need of the world."""

    accounts: AccountRepository
    states: OAuthStateStore
    applications: ApplicationRegistry
    vault: SecretVault
    exchange: AuthorizationExchange
    audit: CredentialAudit
    sync_records: SyncRecords
    refresh_leases: RefreshLeases
    erasure: AccountErasure
    sync_requests: SyncRequests
    tokens: RandomTokens
    ads_directory: AdsDirectory
    ads_store: AdsStore
    clock: Clock
    ids: IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """One field per use case, or per family of them."""

    start_connection: StartConnection
    complete_connection: CompleteConnection
    connect_by_hand: ConnectByHand
    disconnect_account: DisconnectAccount
    end_connection: EndConnection
    replace_refresh_token: ReplaceRefreshToken
    record_authorization_failure: RecordAuthorizationFailure
    register_application: RegisterApplication
    list_accounts: ListAccounts
    get_account: GetAccount
    connection_status: ConnectionStatus
    read_credentials: ReadCredentials
    read_application_credentials: ReadApplicationCredentials
    accounts: AccountUseCases
    health: HealthUseCases
    appstore: AppstoreUseCases
    refresh_leases: RefreshLeaseUseCases
    applications: ApplicationUseCases
    ads: AdsUseCases

    @classmethod
    def over(cls, ports: Ports, *, binding: BrowserBinding, consent_override: str | None, ads_consent: AdsConsent) -> "UseCases":
        """Return the use cases on these ports; `consent_override` is the host of a consent page that is not Amazon's."""
        p = ports
        store = StoreAuthorization(accounts=p.accounts, vault=p.vault, clock=p.clock, ids=p.ids)
        disconnect = DisconnectAccount(accounts=p.accounts, clock=p.clock)
        return cls(
            start_connection=StartConnection(
                applications=p.applications,
                states=p.states,
                tokens=p.tokens,
                binding=binding,
                clock=p.clock,
                consent_override=consent_override,
            ),
            complete_connection=CompleteConnection(
                states=p.states,
                applications=p.applications,
                exchange=p.exchange,
                store=store,
                binding=binding,
                ads_consent=ads_consent,
                clock=p.clock,
            ),
            connect_by_hand=ConnectByHand(applications=p.applications, store=store),
            disconnect_account=disconnect,
            end_connection=EndConnection(accounts=p.accounts, disconnect=disconnect),
            replace_refresh_token=ReplaceRefreshToken(accounts=p.accounts, vault=p.vault, clock=p.clock),
            record_authorization_failure=RecordAuthorizationFailure(accounts=p.accounts, clock=p.clock),
            register_application=RegisterApplication(applications=p.applications, vault=p.vault, clock=p.clock),
            list_accounts=ListAccounts(accounts=p.accounts),
            get_account=GetAccount(accounts=p.accounts),
            connection_status=ConnectionStatus(accounts=p.accounts),
            read_credentials=ReadCredentials(accounts=p.accounts, applications=p.applications, vault=p.vault, audit=p.audit, clock=p.clock),
            read_application_credentials=ReadApplicationCredentials(
                applications=p.applications, vault=p.vault, audit=p.audit, clock=p.clock
            ),
            accounts=AccountUseCases.over(p),
            health=HealthUseCases.over(p),
            appstore=AppstoreUseCases.over(p, binding=binding, consent_override=consent_override),
            refresh_leases=RefreshLeaseUseCases.over(p),
            applications=ApplicationUseCases.over(p),
            ads=AdsUseCases.over(p, binding=binding, consent=ads_consent),
        )
