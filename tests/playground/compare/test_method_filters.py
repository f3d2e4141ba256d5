"""Finding runs by settings that are kept only where they are set."""

import pytest

from playground.compare.history.filters import FilterForm
from playground.compare.history.runs import runs_of
from tests.factories import Cast, membership_of
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_finds_a_run_by_a_method_that_was_set(cast: Cast) -> None:
    wanted = ended_run(cast.alice, "A", settings={"typical_p": 0.5, "ignore_eos": True})
    ended_run(cast.alice, "B", settings={"choose": "best_of", "logit_bias": ["fox = 2"]})
    for setting, value in (("typical_p", "0.50"), ("ignore_eos", "yes")):
        form = FilterForm({"setting": setting, "value": value})
        assert form.is_valid()
        assert list(runs_of(membership_of(cast.alice), form.filters).ids) == [wanted.pk]
    form = FilterForm({"setting": "logit_bias", "value": "fox = 2"})
    assert form.is_valid()
    assert wanted.pk not in runs_of(membership_of(cast.alice), form.filters).ids


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("typical_p", "1", "the default, which runs do not keep"),
        ("choose", "the wisest", "is one of"),
        ("beam_width", "99", "from 1 to 10"),
    ],
)
def test_it_says_why_it_cannot_look_for_a_value(setting: str, value: str, words: str) -> None:
    form = FilterForm({"setting": setting, "value": value})
    assert not form.is_valid()
    assert words in form.errors["value"][0]
    assert form.filters.setting is None


def test_it_looks_for_no_long_texts() -> None:
    assert not FilterForm({"setting": "structure_text", "value": "{}"}).is_valid()
