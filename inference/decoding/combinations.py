"""Settings that cannot go together: what one of them would leave without effect is refused."""

from collections.abc import Mapping
from typing import Any

from inference.decoding.declaration import BY_NAME, BadSetting
from inference.decoding.structure import check_structure

SAMPLED_ONLY = ("typical_p", "xtc_probability", "mirostat_tau", "temperature_end")
"""Methods of ours that have no part in greedy decoding."""

CUTS = ("top_p", "top_k", "min_p", "typical_p", "xtc_probability")
"""What Mirostat stands in the place of."""

BEAM_KEEPS = frozenset(
    {"beam_width", "length_penalty", "max_tokens", "temperature", "seed", "top_p", "top_k", "min_p",
     "ignore_eos"}
)  # fmt: skip
"""What beam search keeps to, and what has no effect at temperature 0 anyway."""


def check_combination(settings: Mapping[str, Any], honored: frozenset[str]) -> None:
    """`settings` are whole and each in range. Raises BadSetting with what to change."""
    _check_lengths(settings)
    _check_greedy(settings)
    _check_mirostat(settings)
    _check_beam(settings)
    _check_samples(settings, honored)
    if "structure" in settings:
        check_structure(settings["structure"], settings.get("structure_text", ""))


def is_set(settings: Mapping[str, Any], name: str) -> bool:
    """Whether a setting is another than its default."""
    return name in settings and settings[name] != BY_NAME[name].default


def _label(name: str) -> str:
    return BY_NAME[name].label


def _check_lengths(settings: Mapping[str, Any]) -> None:
    least, most = settings.get("min_tokens", 0), settings.get("max_tokens")
    if most is not None and least > most:
        raise BadSetting("min_tokens", f"Min tokens is {least}, above Max tokens, {most}.")


def _check_greedy(settings: Mapping[str, Any]) -> None:
    if settings.get("temperature") != 0:
        return
    for name in SAMPLED_ONLY:
        if is_set(settings, name):
            raise BadSetting(
                name,
                f"{_label(name)} has no effect at Temperature 0, which always takes the likeliest "
                "token. Set Temperature above 0.",
            )


def _check_mirostat(settings: Mapping[str, Any]) -> None:
    if not is_set(settings, "mirostat_tau"):
        return
    for name in CUTS:
        if is_set(settings, name):
            neutral = BY_NAME[name].default
            raise BadSetting(
                name, f"Mirostat stands in the place of {_label(name)}: set it back to {neutral:g}."
            )


def _check_beam(settings: Mapping[str, Any]) -> None:
    if not is_set(settings, "beam_width"):
        if is_set(settings, "length_penalty"):
            raise BadSetting(
                "length_penalty", "Length penalty is for beam search: set Beam width above 1."
            )
        return
    if settings.get("temperature") != 0:
        raise BadSetting(
            "beam_width", "Beam search looks for the likeliest sequence: set Temperature to 0."
        )
    for name in settings:
        if name not in BEAM_KEEPS and is_set(settings, name):
            raise BadSetting(name, f"{_label(name)} has no part in beam search: set it back.")


def _check_samples(settings: Mapping[str, Any], honored: frozenset[str]) -> None:
    choose = settings.get("choose", "first")
    if choose == "first":
        return
    if settings.get("samples", 1) < 2:
        raise BadSetting("samples", "There is nothing to choose from: set Samples to 2 or more.")
    if settings.get("temperature") == 0:
        raise BadSetting(
            "samples", "At Temperature 0 all samples are the same. Set Temperature above 0."
        )
    if choose == "best_of" and "logprobs" not in honored:
        raise BadSetting("choose", "This profile's engine gives no log-probabilities to choose by.")
