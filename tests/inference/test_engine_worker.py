"""What the start of an engine's worker reads from Celery's options, and when it leaves them be."""

import pytest

from inference.engine_worker import import_engine, profile_name


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["worker", "--queues", "engine.small", "--pool", "threads"], "small"),
        (["worker", "-Q", "engine.small-int8"], "small-int8"),
        (["worker", "--queues", "maintenance"], None),
        (["worker", "--queues"], None),
        (["worker"], None),
    ],
)
def test_it_finds_the_profile_among_the_options(options: list[str], name: str | None) -> None:
    assert profile_name(options) == name


@pytest.mark.parametrize("name", [None, "no-such-profile", "scripted"])
def test_it_imports_nothing_for_what_has_no_vllm(name: str | None) -> None:
    assert not import_engine(name)
