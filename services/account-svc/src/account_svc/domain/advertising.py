"""What somebody has at Amazon Ads: kept as the regional hosts tell it, read together where they tell parts of one thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, cast

from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import AccountId
from account_svc.domain.marketplaces import find_marketplace
from account_svc.domain.region import Region

# Amazon Ads says UK where ISO 3166, and others, say GB.
_ISO: Final = {"UK": "GB"}
Metadata = Mapping[str, object]
_UNFINISHED: Final = frozenset({"PENDING", "PARTIALLY_CREATED"})


class AdsKind(StrEnum):
    """The three things that are listed."""

    ACCOUNT = "ads_account"
    PROFILE = "profile"
    DSP_ADVERTISER = "dsp_advertiser"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsRecord:
    """One thing as one region's host told it through one grant (`account`); ids within `metadata` are texts, never floats."""

    kind: AdsKind
    id: str
    region: Region
    account: AccountId
    metadata: Metadata
    last_synced_at: datetime
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsCountryError:
    """What went wrong with an account in one country, in Amazon's words."""

    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsCountry:
    """An ads account in one country (ISO 3166): the ids it has there, and what went wrong there."""

    country: str
    marketplace: str | None
    profile_ids: tuple[str, ...]
    entity_ids: tuple[str, ...]
    errors: tuple[AdsCountryError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsAccount:
    """A global sponsored-ads account, put together from what every region told of it."""

    id: str
    name: str | None
    status: str | None
    countries: tuple[AdsCountry, ...]
    records: Sequence[AdsRecord] = field(repr=False)

    @property
    def is_unfinished(self) -> bool:
        """Whether Amazon is still making it: ask again soon."""
        return self.status in _UNFINISHED


def read_accounts(records: Iterable[AdsRecord]) -> tuple[AdsAccount, ...]:
    """Return the accounts that the records tell of, each once, its countries merged."""
    by_id: dict[str, list[AdsRecord]] = {}
    for record in records:
        by_id.setdefault(record.id, []).append(record)
    return tuple(_read_account(found) for found in by_id.values())


def _read_account(records: list[AdsRecord]) -> AdsAccount:
    newest = max(records, key=lambda record: record.last_synced_at)
    countries: dict[str, dict[str, dict[str, None]]] = {}
    errors: dict[str, dict[AdsCountryError, None]] = {}
    for record in records:
        for code in _list(record.metadata.get("countryCodes")):
            countries.setdefault(iso_country(code), {})
        for alternate in map(_mapping, _list(record.metadata.get("alternateIds"))):
            here = countries.setdefault(iso_country(alternate.get("countryCode")), {})
            for name in ("profileId", "entityId"):
                if alternate.get(name) is not None:
                    here.setdefault(name, {})[str(alternate[name])] = None
        for code, found in _mapping(record.metadata.get("errors")).items():
            countries.setdefault(iso_country(code), {})
            known = errors.setdefault(iso_country(code), {})
            known.update(dict.fromkeys(_error(_mapping(one)) for one in _list(found)))
    return AdsAccount(
        id=newest.id,
        name=text_of(newest.metadata.get("accountName")),
        status=text_of(newest.metadata.get("status")),
        countries=tuple(
            AdsCountry(
                country=country,
                marketplace=marketplace_of(country),
                profile_ids=tuple(ids.get("profileId", ())),
                entity_ids=tuple(ids.get("entityId", ())),
                errors=tuple(errors.get(country, ())),
            )
            for country, ids in sorted(countries.items())
        ),
        records=records,
    )


def iso_country(code: object) -> str:
    """Return the country as ISO 3166 names it; empty for what is no country's code."""
    text = text_of(code) or ""
    return _ISO.get(text, text)


def marketplace_of(country: str) -> str | None:
    """Return the SP-API marketplace of a country, None where there is none that is known."""
    try:
        return find_marketplace(country).id
    except InvalidInputError:
        return None


def is_dsp_agency(profile: AdsRecord) -> bool:
    """Return whether DSP advertisers can be seen through a profile."""
    info = _mapping(profile.metadata.get("accountInfo"))
    return info.get("type") == "agency" and info.get("subType") != "AMAZON_ATTRIBUTION"


def text_of(value: object) -> str | None:
    """Return a text that Amazon told; None for anything else."""
    return value if isinstance(value, str) else None


def _error(told: Metadata) -> AdsCountryError:
    return AdsCountryError(code=text_of(told.get("errorCode")), message=text_of(told.get("errorMessage")))


def _mapping(value: object) -> Metadata:
    return cast("Metadata", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()
