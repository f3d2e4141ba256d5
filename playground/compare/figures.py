"""The figures that each lane shows, and what each one means, said to the person reading it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `name` is its key in a generation's metrics; `better` says which end wins.

    `unit` is how the page writes it: durations pick ms or s by size.
    """

    name: str
    label: str
    definition: str
    unit: Literal["duration", "count", "rate", "word"]
    better: Literal["lower", "higher", ""] = ""
    phase: Literal["dispatch", "queue", "prefill", "decode", ""] = ""


MAIN_FIGURES = (
    Figure("client_ttft_ms", "TTFT",
           "Time to first token, as you saw it: from pressing Run until the first token was on your screen.",
           "duration", "lower"),
    Figure("output_tokens", "Tokens",
           "Tokens in the answer so far, counted by the model’s own tokens, never by characters.",
           "count"),
    Figure("tokens_per_second", "Tokens/s",
           "Speed of this answer while decoding: tokens after the first, divided by the time from the first token to the last.",
           "rate", "higher"),
    Figure("e2e_ms", "End to end",
           "From the moment the run was accepted until its last token was stored.",
           "duration", "lower"),
)  # fmt: skip

MORE_FIGURES = (
    Figure("dispatch_ms", "Dispatch",
           "From the run being accepted until a worker took it up.",
           "duration", "lower", "dispatch"),
    Figure("queue_ms", "Queue",
           "Time the request waited inside the engine before it was first scheduled.",
           "duration", "lower", "queue"),
    Figure("prefill_ms", "Prefill",
           "From being scheduled to the first token: the model reads the whole prompt at once.",
           "duration", "lower", "prefill"),
    Figure("decode_ms", "Decode",
           "From the first token to the last: the model writes token by token. Longer answers take longer.",
           "duration", "lower", "decode"),
    Figure("ttft_ms", "Engine TTFT",
           "Time to first token inside the engine: from the request’s arrival there to its first token.",
           "duration", "lower"),
    Figure("tpot_ms", "TPOT",
           "Time per output token: the time after the first token, divided by the number of tokens after it.",
           "duration", "lower"),
    Figure("itl_p50_ms", "ITL p50",
           "Inter-token latency: half of the gaps between tokens were shorter than this.",
           "duration", "lower"),
    Figure("itl_p95_ms", "ITL p95",
           "Inter-token latency: 95 of 100 gaps between tokens were shorter than this. High values read as stutter.",
           "duration", "lower"),
    Figure("prompt_tokens", "Prompt",
           "Tokens in the prompt with the chat template applied. In brackets, how many of them came from the prefix cache.",
           "count"),
    Figure("finish_reason", "Ended by",
           "Stop: the model ended its answer, or a stop string came up. Length: it reached max tokens. Abort: it was stopped.",
           "word"),
)  # fmt: skip
