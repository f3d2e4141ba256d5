"""Variables are put in by plain substitution, on the page as here: both keep to the same cases."""

import json
from pathlib import Path

import pytest

from playground.prompts.variables import fill, names_in

CASES = json.loads((Path(__file__).parents[2] / "js" / "variables.json").read_text())


@pytest.mark.parametrize(("text", "names"), CASES["names"])
def test_it_finds_the_names(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(("text", "values", "filled"), CASES["fills"])
def test_it_evaluates_nothing(text: str, values: dict[str, str], filled: str) -> None:
    assert fill(text, values) == filled
