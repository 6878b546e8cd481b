"""A gateway that nobody tells of what other processes write looks for it, and troubles only whoever lacks something."""

from time import time

from bot.inbox import Incoming, accept
from bot.wakeups import Wakeups
from channels.web.looking import Looker
from tests.fakes.core import open_core
from tests.fakes.gateway import gateway_settings
from tests.fakes.rasa import FakeRasa, running


async def test_only_a_reader_that_lacks_something_is_woken(tmp_path):
    async with running(FakeRasa()) as rasa, open_core(gateway_settings(tmp_path), rasa) as core:
        conversation, other = await core.open(), await core.open()
        here = Wakeups()
        looker = Looker(core.parts.store, here)
        with here.listen(conversation) as behind, here.listen(conversation, 1) as ahead, here.listen(other) as idle:
            await looker.look()
            assert not any(reader.take("changed") for reader in (behind, ahead, idle))
            await accept(core.parts.store, Wakeups(), Incoming(conversation, "a", "text", "hello"), time)
            await looker.look()
            assert [reader.take("changed") for reader in (behind, ahead, idle)] == [True, False, False]
            await looker.look()
            assert behind.take("changed"), "it still has not read it"
