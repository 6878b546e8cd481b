"""Writers pass one at a time; an arrival overtakes turns, and is read while many of them end at once."""

import asyncio

from bot.store.turnstile import Turnstile


async def test_the_urgent_go_first_and_each_kind_in_order() -> None:
    gate, passed = Turnstile(), list[str]()

    async def go(name: str) -> None:
        async with gate.passing(urgent=name.startswith("u")):
            passed.append(name)

    async with gate.passing(urgent=False):
        tasks = [asyncio.create_task(go(name)) for name in ("a", "b", "u1", "c", "u2")]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert passed == ["u1", "u2", "a", "b", "c"]


async def test_many_that_end_at_once_leave_room_for_what_comes_in_meanwhile() -> None:
    gate, passed = Turnstile(), list[str]()
    loop = asyncio.get_running_loop()

    async def turn(name: str) -> None:
        async with gate.passing(urgent=False):
            passed.append(name)

    async def arrival() -> None:
        for _ in range(3):  # a connection, its head, its body: the event loop goes round for each
            await asyncio.sleep(0)
        async with gate.passing(urgent=True):
            passed.append("arrival")

    tasks = [loop.create_task(turn(f"{number}")) for number in range(16)]
    tasks.append(loop.create_task(arrival()))
    await asyncio.gather(*tasks)
    assert passed.index("arrival") < 6
    assert len(passed) == 17


async def test_who_gives_up_waiting_is_passed_over() -> None:
    gate = Turnstile()

    async def go() -> None:
        async with gate.passing(urgent=False):
            pass

    async with gate.passing(urgent=True):
        gone, stays = asyncio.create_task(go()), asyncio.create_task(go())
        await asyncio.sleep(0)
        gone.cancel()
    await asyncio.wait_for(stays, 1)
    first = asyncio.create_task(go())
    await asyncio.sleep(0)
    first.cancel()  # while it gives way once
    await asyncio.wait({first})
    await asyncio.wait_for(go(), 1)
