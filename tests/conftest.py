"""Fixtures for tests that need the whole assistant."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One running assistant for the whole test session."""
    with running_stack(tmp_path_factory.mktemp("stack"), KEPT_REPORT_SECONDS="1") as running:
        yield running
