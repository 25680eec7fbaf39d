import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_kit.secret import Secret

PLANTED = "Atzr|planted-value"


@pytest.mark.parametrize("show", [repr, str, lambda s: f"{s}", lambda s: f"{s!r:>40}", lambda s: str([s]), lambda s: str({"k": s})])
def test_no_way_of_printing_shows_the_secret(show):
    assert PLANTED not in show(Secret(PLANTED))


def test_a_secret_is_not_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(Secret(PLANTED))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(PLANTED))


@given(st.text(), st.text())
def test_secrets_are_equal_when_their_values_are(a, b):
    assert (Secret(a) == Secret(b)) == (a == b)
    assert Secret(a) != a


def test_reveal_is_the_way_to_read_it():
    assert Secret(PLANTED).reveal() == PLANTED
