"""Homes and clients that the tests of the assistant share; none of them expires with the sample's review term."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.bootstrap import Service
from tests.assistant.building import filled_home
from tests.homes import Homes


@pytest.fixture(scope="session")
def ready(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """An installation with the sample pages and one of a municipality; shared, so tests must not change it."""
    return filled_home(homes, tmp_path_factory.mktemp("ready"))


@pytest.fixture(scope="session")
def client(ready: Service) -> Iterator[TestClient]:
    """The running application on the shared installation; its failures are seen as a caller sees them."""
    with TestClient(create_app(ready), raise_server_exceptions=False) as running:
        yield running
