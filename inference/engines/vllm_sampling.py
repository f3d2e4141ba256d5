"""The decoding settings in vLLM's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inference.decoding.methods import PROCESSOR_CONTROLS, PROCESSORS, STRUCTURE_CONTROLS
from inference.decoding.structure import choices
from inference.engines.protocol import SamplingSettings
from inference.engines.vllm_errors import translated_errors
from inference.engines.vocabulary import Vocabulary

if TYPE_CHECKING:
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams


def decoding_arguments(controls: frozenset[str]) -> dict[str, Any]:
    """The engine's arguments that these controls need.

    The guidance backend is the one that held all of twenty JSON schemas; "auto" held nineteen. JSON
    comes without white space: a small model may otherwise write nothing else to the end.
    """
    arguments: dict[str, Any] = {}
    if controls & PROCESSOR_CONTROLS:
        arguments["logits_processors"] = list(PROCESSORS)
    if controls & STRUCTURE_CONTROLS:
        arguments["structured_outputs_config"] = {
            "backend": "guidance",
            "disable_any_whitespace": True,
        }
    return arguments


def sampling_params(settings: SamplingSettings, vocabulary: Vocabulary) -> SamplingParams:
    """vLLM's own form of the settings. Raises InvalidRequest with vLLM's reason."""
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    with translated_errors():
        made = SamplingParams(
            temperature=settings.temperature,
            top_p=settings.top_p,
            top_k=settings.top_k,
            min_p=settings.min_p,
            repetition_penalty=settings.repetition_penalty,
            presence_penalty=settings.presence_penalty,
            frequency_penalty=settings.frequency_penalty,
            max_tokens=settings.max_tokens,
            min_tokens=settings.min_tokens,
            stop=list(settings.stop),
            seed=settings.seed,
            logprobs=settings.logprobs,
            prompt_logprobs=0 if settings.score_prompt else None,
            ignore_eos=settings.ignore_eos,
            logit_bias=vocabulary.bias_by_id(settings.logit_bias) or None,
            allowed_token_ids=_allowed(settings, vocabulary),
            structured_outputs=_structure(settings),
            extra_args=_extra(settings, vocabulary) or None,
            output_kind=RequestOutputKind.DELTA,
        )
    # vLLM's own bad_words leaves out a word's form after a space where that is another number of
    # tokens, so both are set here, behind its back.
    made._bad_words_token_ids = vocabulary.sequences(settings.bad_words) or None
    return made


def _allowed(settings: SamplingSettings, vocabulary: Vocabulary) -> list[int] | None:
    if not settings.allowed_words:
        return None
    end = [] if vocabulary.end is None else [vocabulary.end]
    return sorted({*vocabulary.ids_of_words(settings.allowed_words), *end})


def _structure(settings: SamplingSettings) -> StructuredOutputsParams | None:
    from vllm.sampling_params import StructuredOutputsParams

    match settings.structure:
        case "none":
            return None
        case "choice":
            return StructuredOutputsParams(choice=choices(settings.structure_text))
        case kind:
            return StructuredOutputsParams(**{kind: settings.structure_text})


def _extra(settings: SamplingSettings, vocabulary: Vocabulary) -> dict[str, Any]:
    """The arguments of our own logits processors, of those methods that are used."""
    extra: dict[str, Any] = {}
    if settings.typical_p < 1:
        extra["typical_p"] = settings.typical_p
    if settings.xtc_probability:
        extra |= {
            "xtc_probability": settings.xtc_probability,
            "xtc_threshold": settings.xtc_threshold,
        }
    if settings.mirostat_tau:
        extra |= {"mirostat_tau": settings.mirostat_tau, "mirostat_eta": settings.mirostat_eta}
    if settings.dry_multiplier:
        extra |= {
            "dry_multiplier": settings.dry_multiplier,
            "dry_base": settings.dry_base,
            "dry_allowed_length": settings.dry_allowed_length,
            "dry_breakers": vocabulary.last_ids(settings.dry_breakers),
        }
    if settings.temperature_end is not None:
        extra |= {
            "temperature_end": settings.temperature_end,
            "temperature_tokens": settings.temperature_tokens,
        }
    return extra
