"""What RandomTokens promises, asked of the fake and of the operating system."""

import re

import pytest

from account_svc.adapters.outbound.memory.random_tokens import MemoryRandomTokens
from account_svc.adapters.outbound.system.random_tokens import SystemRandomTokens


@pytest.fixture(params=[MemoryRandomTokens, SystemRandomTokens])
def tokens(request):
    return request.param()


def test_tokens_are_long_url_safe_and_never_the_same(tokens):
    made = [tokens.new().reveal() for _ in range(500)]
    assert len(set(made)) == 500
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43,}", token) for token in made)
