"""Journeys know the secret of Rasa's channel: it is set for the whole stack of the session."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running_stack


@pytest.fixture(scope="session")
def dialogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running assistant whose Rasa may be asked directly."""
    folder = tmp_path_factory.mktemp("journeys")
    with running_stack(folder, RASA_SECRET="journeys", ASSISTANT_SECRET="journeys") as stack:
        yield stack
