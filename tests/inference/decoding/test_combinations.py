"""Settings that would leave one another without effect are refused, with what to change."""

from typing import Any

import pytest

from inference.decoding.controls import BY_NAME, BadSetting, check_settings

ALL = frozenset(BY_NAME)
COLD = {"temperature": 0}
BEAMS = {**COLD, "beam_width": 4}
JSON = {"structure": "json", "structure_text": '{"type": "object"}'}


@pytest.mark.parametrize(
    ("settings", "control", "words"),
    [
        ({"min_tokens": 9, "max_tokens": 8}, "min_tokens", "above Max tokens, 8"),
        ({**COLD, "typical_p": 0.5}, "typical_p", "Set Temperature above 0"),
        ({**COLD, "xtc_probability": 0.5}, "xtc_probability", "Set Temperature above 0"),
        ({**COLD, "mirostat_tau": 3}, "mirostat_tau", "Set Temperature above 0"),
        ({**COLD, "temperature_end": 1}, "temperature_end", "Set Temperature above 0"),
        ({"mirostat_tau": 3, "top_p": 0.9}, "top_p", "set it back to 1"),
        ({"mirostat_tau": 3, "top_k": 5}, "top_k", "set it back to 0"),
        ({"mirostat_tau": 3, "typical_p": 0.9}, "typical_p", "set it back to 1"),
        ({"beam_width": 4}, "beam_width", "set Temperature to 0"),
        ({"length_penalty": 2}, "length_penalty", "Beam width above 1"),
        ({**BEAMS, "stop": ["."]}, "stop", "no part in beam search"),
        ({**BEAMS, "repetition_penalty": 1.2}, "repetition_penalty", "no part in beam search"),
        ({**BEAMS, "samples": 2}, "samples", "no part in beam search"),
        ({**BEAMS, "dry_multiplier": 1}, "dry_multiplier", "no part in beam search"),
        ({**BEAMS, **JSON}, "structure", "no part in beam search"),
        ({"choose": "best_of"}, "samples", "2 or more"),
        ({**COLD, "choose": "self_consistency", "samples": 4}, "samples", "all samples are the sa"),
        ({"structure": "regex"}, "structure_text", "Write the form"),
        ({"structure_text": "a+"}, "structure_text", "Choose what kind"),
    ],
)
def test_it_refuses_what_would_do_nothing(
    settings: dict[str, Any], control: str, words: str
) -> None:
    with pytest.raises(BadSetting, match=words) as caught:
        check_settings(settings, ALL)
    assert caught.value.control == control


@pytest.mark.parametrize(
    "settings",
    [
        BEAMS, {**BEAMS, "length_penalty": 0.5, "ignore_eos": True}, {**COLD, "dry_multiplier": 1},
        {"mirostat_tau": 3, "temperature": 1.5, "dry_multiplier": 1}, {"samples": 32}, JSON,
        {"samples": 8, "choose": "best_of"}, {"typical_p": 0.9, "top_p": 0.9},
    ],
)  # fmt: skip
def test_it_takes_what_goes_together(settings: dict[str, Any]) -> None:
    assert check_settings(settings, ALL)


def test_it_chooses_by_log_probabilities_only_where_there_are_any() -> None:
    with pytest.raises(BadSetting, match="no log-probabilities"):
        check_settings({"samples": 2, "choose": "best_of"}, ALL - {"logprobs"})
    assert check_settings({"samples": 2, "choose": "self_consistency"}, ALL - {"logprobs"})


def test_it_takes_one_setting_alone_where_they_are_not_to_be_used() -> None:
    assert check_settings({"beam_width": 4}, frozenset({"beam_width"}), together=False)
