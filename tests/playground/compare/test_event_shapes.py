"""The page's script and the server agree on what an event holds."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from inference.events import Delta, Ended, Event, Snapshot, StatusChange

SCRIPT = Path(__file__).parents[3] / "static" / "js" / "workbench" / "events.js"
SERVER_ONLY = {"entry"}
"""Where a snapshot stands in the relay: nothing that a page reads."""


def declared_in_script() -> dict[str, list[str]]:
    """The table GENERATION_EVENTS of events.js."""
    found = re.search(
        r"GENERATION_EVENTS = Object\.freeze\((\{.*?\})\)", SCRIPT.read_text(), re.DOTALL
    )
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
