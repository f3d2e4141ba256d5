"""Any interleaving of snapshots, replays and live entries gives the text exactly, or a gap."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.events import Delta, Ended, GenerationEvent, Piece, Snapshot
from inference.relay import assemble
from playground.compare.cursor import Cursor, Gap
from playground.compare.outbox import Outbox
from tests.playground.compare.lane import Lane

Attempts = list[list[str]]
attempts = st.lists(st.lists(st.text("ab ✓", max_size=3), max_size=12), min_size=1, max_size=3)


def pieces(texts: list[str], begin: int, end: int) -> list[Piece]:
    return [(text, [at], float(at)) for at, text in enumerate(texts)][begin:end]


def delta(told: Attempts, attempt: int, begin: int, end: int) -> Delta:
    return Delta(
        generation=1, attempt=attempt, start=begin, pieces=pieces(told[attempt - 1], begin, end)
    )


def snapshot(told: Attempts, attempt: int, seq: int) -> Snapshot:
    return Snapshot(
        generation=1, attempt=attempt, seq=seq, text="".join(told[attempt - 1][:seq]), tokens=seq
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[Attempts, list[GenerationEvent]]:
    """What each attempt said, and parts of it in any order, any size and any number of times."""
    told = draw(attempts)
    events: list[GenerationEvent] = []
    for _ in range(draw(st.integers(0, 25))):
        attempt = draw(st.integers(1, len(told)))
        length = len(told[attempt - 1])
        begin = draw(st.integers(0, length))
        end = draw(st.integers(begin, length))
        if draw(st.booleans()):
            events.append(snapshot(told, attempt, end))
        else:
            events.append(delta(told, attempt, begin, end))
    return told, events


def frames(events: list[GenerationEvent]) -> list[dict[str, Any]]:
    """What a socket sends of these, where it could not send in between."""
    if not events:
        return []

    async def take() -> str:
        outbox = Outbox()
        for event in events:
            outbox.put(event)
        return await outbox.take()

    return list(json.loads(asyncio.run(take()))["events"])


@given(stories(), st.lists(st.booleans(), min_size=30, max_size=30))
def test_it_shows_each_piece_once_or_notices_the_gap(
    story: tuple[Attempts, list[GenerationEvent]], sends: list[bool]
) -> None:
    told, events = story
    cursor, lane = Cursor(), Lane()
    waiting: list[GenerationEvent] = []
    for event, send in zip(events, sends, strict=False):
        try:
            fresh = cursor.admit(event)
        except Gap:
            continue
        if fresh is not None:
            waiting.append(fresh)
        if send:
            lane.apply(frames(waiting))
            waiting.clear()
    lane.apply(frames(waiting))
    assert (lane.attempt, lane.seq) == (cursor.attempt, cursor.seq)
    shown = told[lane.attempt - 1][: lane.seq] if lane.attempt else []
    assert lane.text == "".join(shown)
    assert lane.tokens == lane.seq


@given(attempts, st.data())
def test_it_is_whole_after_the_last_snapshot(told: Attempts, data: st.DataObject) -> None:
    last, length = len(told), len(told[-1])
    at = data.draw(st.integers(0, length))
    cut = data.draw(st.integers(0, at))
    found = assemble(1, snapshot(told, last, at), [delta(told, last, cut, length)])
    assert found is not None
    assert (found.seq, found.text) == (length, "".join(told[-1]))


@given(stories())
def test_it_assembles_a_prefix_of_one_attempt(
    story: tuple[Attempts, list[GenerationEvent]],
) -> None:
    told, events = story
    found = assemble(1, None, [event for event in events if isinstance(event, Delta)])
    if found is not None:
        assert found.text == "".join(told[found.attempt - 1][: found.seq])
        assert found.tokens == found.seq


def test_it_notices_an_end_whose_last_pieces_it_lacks() -> None:
    cursor = Cursor(attempt=1, seq=2)
    end = Ended(generation=1, attempt=1, status="done", finish_reason="stop", error="",
                metrics={}, seq=3)  # fmt: skip
    with pytest.raises(Gap):
        cursor.admit(end)
    assert not cursor.ended
    assert cursor.admit(delta([["a", "b", "c"]], 1, 2, 3)) is not None
    assert cursor.admit(end) is end


def test_it_tells_the_end_once() -> None:
    cursor = Cursor()
    end = Ended(generation=1, attempt=1, status="failed", finish_reason=None, error="No.",
                metrics={})  # fmt: skip
    assert cursor.admit(end) is end
    assert cursor.admit(end) is None


def test_it_ignores_what_an_earlier_attempt_still_says() -> None:
    told = [["old", "older"], ["new"]]
    cursor = Cursor()
    cursor.admit(delta(told, 2, 0, 1))
    assert cursor.admit(delta(told, 1, 0, 2)) is None
    assert cursor.admit(snapshot(told, 1, 2)) is None
