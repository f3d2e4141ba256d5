"""One more engine: whether it fits, and which idle one gives way."""

from playground.local.room import Held, room_for

BASELINE = Held("small", 1000, always=True)


def test_it_starts_what_fits() -> None:
    assert room_for(900, 2000, 8000, [BASELINE]).answer == "start"


def test_it_has_the_longest_idle_give_way_and_no_more_than_it_takes() -> None:
    held = [BASELINE, Held("a", 500, idle=60), Held("b", 500, idle=300), Held("c", 500, idle=9)]
    room = room_for(500, 2500, 8000, held)
    assert (room.answer, room.stop) == ("wait", ("b",))
    assert room_for(900, 2500, 8000, held).stop == ("b", "a")


def test_it_stops_none_that_works_or_was_used_a_moment_ago() -> None:
    held = [BASELINE, Held("busy", 800, idle=None), Held("fresh", 700, idle=1)]
    room = room_for(900, 2600, 8000, held)
    assert (room.answer, room.stop) == ("wait", ())
    assert room.reason.startswith("It needs 900 MiB of memory and 100 are left")


def test_it_stops_nothing_more_while_enough_is_leaving() -> None:
    held = [BASELINE, Held("going", 900, leaving=True), Held("idle", 900, idle=99)]
    assert room_for(900, 2800, 8000, held).stop == ()


def test_it_minds_the_memory_that_the_machine_really_has() -> None:
    held = [BASELINE, Held("idle", 700, idle=99)]
    assert room_for(900, 9000, 300, held).stop == ("idle",)
    assert room_for(900, 9000, 100, held).answer == "wait"


def test_it_says_what_never_fits() -> None:
    room = room_for(3000, 2500, 9000, [BASELINE, Held("idle", 500, idle=99)])
    assert room.answer == "never"
    assert "3,000 MiB" in room.reason
    assert "PLAYGROUND_ENGINE_MEMORY_MIB" in room.reason
