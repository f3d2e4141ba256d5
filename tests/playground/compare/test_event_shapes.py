"""The page's script and the server agree on what an event holds."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from inference.events import Delta, Ended, Event, Snapshot, StatusChange
from playground.compare import events

SCRIPT = Path(__file__).parents[3] / "static" / "js" / "workbench" / "events.js"
SERVER_ONLY = {"entry"}
"""Where a snapshot stands in the relay: nothing that a page reads."""


def declared_in_script(table_name: str = "GENERATION_EVENTS") -> dict[str, list[str]]:
    """A table of events.js."""
    found = re.search(table_name + r" = Object\.freeze\((\{.*?\})\)", SCRIPT.read_text(), re.DOTALL)
    assert found
    quoted = re.sub(r"(\w+):", r'"\1":', found[1])
    table: dict[str, list[str]] = json.loads(re.sub(r",\s*}", "}", quoted))
    return table


@pytest.mark.parametrize("event", [StatusChange, Snapshot, Delta, Ended])
def test_it_declares_the_same_fields_on_both_sides(event: type[Event]) -> None:
    name = event.__struct_config__.tag
    fields = {field.encode_name for field in msgspec.structs.fields(event)}
    assert set(declared_in_script()[str(name)]) == fields - SERVER_ONLY


def test_it_knows_no_event_that_the_server_does_not() -> None:
    tags = {str(event.__struct_config__.tag) for event in (StatusChange, Snapshot, Delta, Ended)}
    assert set(declared_in_script()) == tags


PAGE_EVENTS = (
    events.Accepted,
    events.Refused,
    events.DraftSaved,
    events.DraftChanged,
    events.Presence,
    events.RunStarted,
)


def test_it_declares_the_other_events_alike() -> None:
    shapes = {
        str(event.__struct_config__.tag): set(event.__struct_fields__) for event in PAGE_EVENTS
    }
    declared = declared_in_script("PAGE_EVENTS")
    assert {name: set(fields) for name, fields in declared.items()} == shapes
