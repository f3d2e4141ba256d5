"""Server and page speak of the same events."""

import json
import re
from pathlib import Path

import msgspec

from inference import events
from playground.compare.events import Accepted, Refused

SCRIPT = Path(__file__).parents[3] / "static/js/workbench/events.js"
KINDS = {
    "status": events.StatusChange,
    "snapshot": events.Snapshot,
    "delta": events.Delta,
    "end": events.Ended,
}
RELAY_ONLY = {"snapshot": {"entry"}}
"""What one process tells another and the page has no use for."""


def fields(kind: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(kind)}


def declared() -> dict[str, set[str]]:
    """The fields that the page's script names for each event."""
    found = re.search(
        r"GENERATION_EVENTS = Object\.freeze\((\{.*?\})\)", SCRIPT.read_text(), re.DOTALL
    )
    assert found
    quoted = re.sub(r"(\w+):", r'"\1":', found[1])
    return {name: set(each) for name, each in json.loads(re.sub(r",\s*}", "}", quoted)).items()}


def test_it_sends_the_fields_that_the_page_reads() -> None:
    ours = {name: fields(kind) - RELAY_ONLY.get(name, set()) for name, kind in KINDS.items()}
    assert ours == declared()


def test_it_names_its_answers_as_the_page_does() -> None:
    script = SCRIPT.read_text()
    for kind, name in ((Accepted, "accepted"), (Refused, "error")):
        (shape,) = re.findall(rf'\{{type: "{name}", (.*?)\}} \w+Event', script)
        bare = re.sub(r"\{.*?\}", "", shape)
        assert set(re.findall(r"(\w+):", bare)) == fields(kind)


def test_it_says_the_kind_of_every_event() -> None:
    for name, kind in KINDS.items():
        assert kind.__struct_config__.tag == name
