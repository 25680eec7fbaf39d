"""An AWS role that signs for an account."""

import re
from dataclasses import dataclass
from typing import Final

from account_svc.domain.errors import InvalidInputError

_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}")
_EXTERNAL_ID: Final = re.compile(r"[A-Za-z0-9+=,.@:/_-]{2,1224}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """The role to assume, with the external id its trust policy asks for (IAM's own character rules)."""

    arn: str
    external_id: str | None = None

    def __post_init__(self) -> None:
        if not _ARN.fullmatch(self.arn):
            raise InvalidInputError("role_arn_invalid", "role_arn must look like arn:aws:iam::123456789012:role/name")
        if self.external_id is not None and not _EXTERNAL_ID.fullmatch(self.external_id):
            raise InvalidInputError("external_id_invalid", "external_id has 2 to 1224 letters, digits or +=,.@:/_-")
