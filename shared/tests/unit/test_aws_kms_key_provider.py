"""What becomes of KMS's errors: moto answers only some of them, so their codes are translated here one by one."""

import subprocess
import sys

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from svc_kit.errors import RateLimited, Unavailable
from svc_kit.sealing import KeyNotFoundError, SealBrokenError
from svc_kit.sealing.aws_kms_key_provider import translated


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("NotFoundException", KeyNotFoundError),
        ("InvalidCiphertextException", SealBrokenError),
        ("IncorrectKeyException", SealBrokenError),
        ("ThrottlingException", RateLimited),
        ("DisabledException", Unavailable),
        ("KMSInvalidStateException", Unavailable),
        ("AccessDeniedException", Unavailable),
        ("KeyUnavailableException", Unavailable),
        ("DependencyTimeoutException", Unavailable),
    ],
)
def test_a_refusal_of_kms_has_a_meaning_here(code, expected):
    error = ClientError({"Error": {"Code": code, "Message": "planted"}}, "Decrypt")
    assert type(translated(error)) is expected
    assert "planted" not in str(translated(error))


def test_a_lost_connection_is_unavailable_and_a_bug_stays_one():
    assert type(translated(EndpointConnectionError(endpoint_url="http://x"))) is Unavailable
    bug = KeyError("x")
    assert translated(bug) is bug


def test_importing_the_provider_does_not_load_the_library():
    code = "import sys, svc_kit.sealing.aws_kms_key_provider; sys.exit('aioboto3' in sys.modules or 'botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
