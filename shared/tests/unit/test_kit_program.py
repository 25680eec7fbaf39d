import pytest

from svc_kit.program import settings_or_exit
from svc_kit.settings import EnvReader


def test_a_program_with_unusable_settings_ends_with_their_list_and_no_traceback():
    def read(environment):
        env = EnvReader(environment)
        env.text("NAME")
        env.finish()

    with pytest.raises(SystemExit, match="NAME is not set"):
        settings_or_exit(read, {})
