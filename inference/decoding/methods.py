"""Which methods of our own an engine may be asked for, and by which settings.

A plain list, free of torch and vLLM, so that the web side can read it too.
"""

PROCESSORS: tuple[str, ...] = (
    "inference.decoding.dry:Dry",
    "inference.decoding.temperature_schedule:TemperatureSchedule",
    "inference.decoding.typical:Typical",
    "inference.decoding.xtc:Xtc",
    "inference.decoding.mirostat:Mirostat",
)
"""What vLLM loads, in the order in which it applies them: the schedule before those that look at
probabilities, Mirostat last since it must know what is left to draw from."""

PROCESSOR_CONTROLS: frozenset[str] = frozenset(
    {
        "dry_multiplier", "dry_base", "dry_allowed_length", "dry_breakers", "temperature_end",
        "temperature_tokens", "typical_p", "xtc_probability", "xtc_threshold", "mirostat_tau",
        "mirostat_eta",
    }
)  # fmt: skip
"""Settings that need PROCESSORS: vLLM refuses to load them together with speculation."""

VOCABULARY_CONTROLS: frozenset[str] = frozenset({"logit_bias", "bad_words", "allowed_words"})
STRUCTURE_CONTROLS: frozenset[str] = frozenset({"structure", "structure_text"})
BEAM_CONTROLS: frozenset[str] = frozenset({"beam_width", "length_penalty"})

DECODING_CONTROLS: frozenset[str] = (
    PROCESSOR_CONTROLS | VOCABULARY_CONTROLS | STRUCTURE_CONTROLS | BEAM_CONTROLS
)
"""All that an engine in this process can honor beside vLLM's plain samplers."""

LANE_CONTROLS: frozenset[str] = frozenset({"samples", "choose"})
"""Settings of a lane, which no engine sees: how many answers, and which of them it shows."""
