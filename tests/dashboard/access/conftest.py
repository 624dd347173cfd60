"""The provider of identities that tests of signing in share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oidc_provider import running


@pytest.fixture(scope="package")
def provider_process() -> Iterator[running.Provider]:
    made = running.Provider()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def city(provider_process: running.Provider) -> running.Provider:
    """The provider with one person, honest again after what the test before asked of it."""
    provider_process.tokens()
    provider_process.keep_back()
    provider_process.client(running.BACK)
    provider_process.person("li.na", "city-duty", "宜城", shown="李娜")
    return provider_process
