"""What is left of a request's limits where its answer begins with tokens that are given."""

from dataclasses import replace

from inference.engines.protocol import SamplingSettings


def going_on(settings: SamplingSettings, given: int) -> SamplingSettings:
    """The settings of what follows `given` tokens: Max and Min tokens are about the whole answer.

    At least one token is always made.
    """
    if not given:
        return settings
    return replace(
        settings,
        max_tokens=max(1, settings.max_tokens - given),
        min_tokens=min(max(0, settings.min_tokens - given), max(1, settings.max_tokens - given)),
    )
