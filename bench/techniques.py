"""Each technique against the baseline, the two engines taking turns: what docs/techniques.md shows.

python -m bench.techniques --repeats 5
"""

import argparse
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.engine import EngineProcess
from bench.table import print_table

BASELINE = "small"
STORY = "Write a short story about a fox who lost a lantern."
TERMS = ("What is KV caching?", "What is prefill?", "What is speculative decoding?",
         "What is top-p sampling?", "What is quantization?", "What is batching?")  # fmt: skip
LONG = "Read this and say what a lantern is. " + "The fox carried a lantern over the hill. " * 60
SPEED = {"max_tokens": 128, "ignore_eos": True, "temperature": 0.0}
VARIANTS = ("no-prefix-cache", "small-chunks", "compiled", "fp8-kv", "int8", "int4", "pruned",
            "draft", "draft-distilled", "spec-ngram", "spec-suffix", "spec-draft",
            "spec-distilled")  # fmt: skip

Ask = Callable[[EngineProcess], float]


def request(prompt: str = STORY, seed: int = 1, **settings: Any) -> dict[str, Any]:
    return {"prompt": prompt, "settings": {**SPEED, **settings}, "seed": seed}


def turns(
    variant: EngineProcess, baseline: EngineProcess, repeats: int, ask: Ask
) -> tuple[list[float], list[float]]:
    """The same asked of both by turns, so that what slows the machine slows both."""
    pairs = [(ask(variant), ask(baseline)) for _ in range(repeats + 1)][1:]
    return [first for first, _ in pairs], [second for _, second in pairs]


def row(name: str, what: str, measured: tuple[Sequence[float], Sequence[float]]) -> list[object]:
    """Medians of both, and the median of the paired ratios with the least and the most."""
    ours, base = measured
    ratios = sorted(a / b for a, b in zip(ours, base, strict=True))
    spread = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return [name, what, statistics.median(ours), statistics.median(base), spread]


def alone(engine: EngineProcess) -> float:
    return float(engine.ask([request()])["rate"])


def together(engine: EngineProcess) -> float:
    return float(engine.ask([request(seed=seed) for seed in range(32)])["rate"])


def cpu(engine: EngineProcess) -> float:
    return float(engine.ask([request(seed=seed) for seed in range(8)])["cpu_us"])


def second_ttft(engine: EngineProcess) -> float:
    """Of a long prompt that was asked before."""
    ask = request(LONG, max_tokens=2)
    engine.ask([ask])
    return float(engine.ask([ask])["answers"][0]["ttft_ms"])


def gap_of_others(engine: EngineProcess) -> float:
    """The longest that any of eight streams waits while a long prompt is read."""
    late = {**request(LONG, max_tokens=2), "after": 0.15, "salt": str(id(object()))}
    answers = engine.ask([*(request(seed=seed) for seed in range(8)), late])["answers"]
    return float(max(answer["longest_gap_ms"] for answer in answers[:8]))


def guessed(engine: EngineProcess, temperature: float) -> Mapping[str, float]:
    """How many guesses were kept, over stories and definitions."""
    asked = [request(prompt, temperature=temperature, ignore_eos=False)
             for prompt in (STORY, *TERMS)]  # fmt: skip
    answers = engine.ask(asked)["answers"]
    names = ("drafted", "accepted", "steps", "tokens")
    drafted, kept, steps, tokens = (sum(answer[name] for answer in answers) for name in names)
    return {"share": kept / drafted if drafted else 0.0, "per_step": tokens / steps}


def speed_rows(variant: EngineProcess, base: EngineProcess, name: str, repeats: int) -> list[Any]:
    rows = [
        row(name, "tokens/s, 1 request", turns(variant, base, repeats, alone)),
        row(name, "tokens/s, 32 requests", turns(variant, base, repeats, together)),
        row(name, "CPU µs/token, 8 requests", turns(variant, base, repeats, cpu)),
    ]
    if name == "no-prefix-cache":
        measured = turns(variant, base, repeats, second_ttft)
        rows.append(row(name, "TTFT of a prompt seen before, ms", measured))
    if name == "small-chunks":
        measured = turns(variant, base, repeats, gap_of_others)
        rows.append(row(name, "longest gap of others while a long prompt is read, ms", measured))
    return rows


def quality_row(name: str) -> list[object] | None:
    """From the model's own card."""
    from inference.profiles import profile

    card = profile(name).card
    if not card:
        return None
    votes = card["arithmetic"]
    return [name, card["parameters"], card["bytes"] / 1e6, card["perplexity"]["all"], votes["one"],
            f"{votes['majority']:.2f} of {votes['samples']}"]  # fmt: skip


METHODS: Mapping[str, Mapping[str, Any]] = {
    "greedy": {"temperature": 0.0},
    "temperature 1": {"temperature": 1.0},
    "temperature 1.5": {"temperature": 1.5},
    "top-p 0.9": {"temperature": 1.5, "top_p": 0.9},
    "min-p 0.1": {"temperature": 1.5, "min_p": 0.1},
    "typical 0.9": {"temperature": 1.5, "typical_p": 0.9},
    "Mirostat 2, 3 bits": {"temperature": 1.5, "mirostat_tau": 3.0},
    "XTC 0.5": {"temperature": 1.0, "xtc_probability": 0.5},
    "DRY 0.8": {"temperature": 1.0, "dry_multiplier": 0.8},
    "temperature 1.5 to 0.2": {"temperature": 1.5, "temperature_end": 0.2},
}


def method_row(engine: EngineProcess, name: str, settings: Mapping[str, Any]) -> list[object]:
    """Sixteen stories by one method: how surprising, how repetitive, how different."""
    asked = [request(seed=seed, logprobs=1, ignore_eos=False, **settings) for seed in range(16)]
    answers = engine.ask(asked)["answers"]
    runs = [tuple(answer["ids"][at : at + 4]) for answer in answers
            for at in range(len(answer["ids"]) - 3)]  # fmt: skip
    pairs = {tuple(answer["ids"][at : at + 2]) for answer in answers
             for at in range(len(answer["ids"]) - 1)}  # fmt: skip
    inside = [1 - len(set(ids)) / len(ids) for answer in answers
              if (ids := [tuple(answer["ids"][at : at + 4])
                          for at in range(len(answer["ids"]) - 3)])]  # fmt: skip
    surprise = -statistics.fmean(answer["mean_logprob"] for answer in answers)
    return [name, surprise, statistics.fmean(inside), len(pairs) / max(1, len(runs)),
            len(Counter(answer["text"] for answer in answers))]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--variants", nargs="*", default=list(VARIANTS))
    given = parser.parse_args()
    from inference.profiles import profile, unavailable

    speeds: list[Any] = []
    starts: list[Any] = []
    guesses: list[Any] = []
    absent: list[Any] = []
    with EngineProcess(BASELINE) as base:
        starts.append([BASELINE, base.start_seconds, base.about["capacity"]])
        for name in given.variants:
            if reason := unavailable(profile(name)):
                absent.append([name, reason])
                continue
            with EngineProcess(name) as variant:
                starts.append([name, variant.start_seconds, variant.about["capacity"]])
                speeds += speed_rows(variant, base, name, given.repeats)
                for temperature in (0.0, 1.0) if profile(name).speculation else ():
                    found = guessed(variant, temperature)
                    guesses.append([name, temperature, found["share"], found["per_step"]])
        methods = [method_row(base, name, settings) for name, settings in METHODS.items()]
    report(speeds, starts, guesses, absent, methods)


def report(speeds: Any, starts: Any, guesses: Any, absent: Any, methods: Any) -> None:
    print_table(
        "Start and cache", ["profile", "seconds to start", "tokens in the KV cache"], starts
    )
    head = ["profile", "figure", "with it", "baseline", "ratio (least to most)"]
    print_table("Speed, by turns with the baseline", head, speeds)
    head = ["profile", "temperature", "share of guesses kept", "tokens a step"]
    print_table("Guesses", head, guesses)
    rows = [found for name in ("small", "int8", "int4", "pruned", "draft", "draft-distilled")
            if (found := quality_row(name))]  # fmt: skip
    head = ["model", "parameters", "MB", "perplexity, held out", "sums right, one sample",
            "sums right, majority"]  # fmt: skip
    print_table("Quality, from the cards", head, rows)
    head = ["method", "surprise, nats a token", "4-grams repeated within an answer",
            "distinct pairs", "different answers of 16"]  # fmt: skip
    print_table("Decoding methods, 16 stories each", head, methods)
    if absent:
        print_table("Not measured here", ["profile", "why"], absent)


if __name__ == "__main__":
    main()
