"""Log-probabilities as they are stored, and what a top-k list says of the whole distribution.

The engine reports, for each token, the chosen one and the k likeliest, with raw log-probabilities:
the softmax of the model's logits before any penalty, temperature or filter. Everything else of the
vocabulary is unseen; what is sure about it is its mass, and that no token of it is likelier than
the last one listed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.engines.protocol import TokenLogprob

DIGITS = 6
"""Decimals kept of a log-probability: a float32 has seven digits."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All that can be said of a figure: it lies between `low` and `high`."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        return math.isclose(self.low, self.high, rel_tol=1e-4, abs_tol=1e-4)


@dataclass(frozen=True, slots=True)
class Seen:
    """One position's listed tokens, likeliest first, as probabilities."""

    ids: tuple[int, ...]
    texts: tuple[str, ...]
    probabilities: tuple[float, ...]

    @property
    def unseen(self) -> float:
        """The mass of all tokens that aren't listed."""
        return max(0.0, 1.0 - math.fsum(self.probabilities))

    @property
    def least(self) -> float:
        """No unseen token is likelier than this."""
        return self.probabilities[-1]


def seen(choice: TokenLogprob) -> Seen | None:
    """What `choice` lists; None where nothing is listed, or tokens are not known by their ids."""
    if not choice.top or any(id < 0 for id, _, _ in choice.top):
        return None
    ids, texts, logs = zip(*choice.top, strict=True)
    return Seen(ids, texts, tuple(math.exp(log) for log in logs))


def packed(choices: Iterable[TokenLogprob]) -> dict[str, Any] | None:
    """For storing: each text once, numbers rounded. None where there is nothing.

    `{"texts": {id: text}, "tokens": [[id, logprob, rank, [id, …], [logprob, …]], …]}`. A token's
    text is kept as it first came; pieces of one character may differ by what stands before them.
    Where ids are unknown (-1) the texts stand in the place of ids.
    """
    texts: dict[str, str] = {}
    tokens = [_packed(choice, texts) for choice in choices]
    return {"texts": texts, "tokens": tokens} if tokens else None


def _packed(choice: TokenLogprob, texts: dict[str, str]) -> list[Any]:
    def name(id: int, text: str) -> int | str:
        text = text.replace("\x00", "\ufffd")
        if id < 0:
            return text
        texts.setdefault(str(id), text)
        return id

    return [
        name(choice.token_id, choice.text),
        _rounded(choice.logprob),
        choice.rank,
        [name(id, text) for id, text, _ in choice.top],
        [_rounded(log) for _, _, log in choice.top],
    ]


def _rounded(log: float) -> float | None:
    """JSON has no infinity: a token that cannot come is stored as None."""
    return round(log, DIGITS) if math.isfinite(log) else None


def unpacked(stored: Mapping[str, Any] | None) -> list[TokenLogprob]:
    """The choices from their stored form, one per token of the answer."""
    if not stored:
        return []
    texts: Mapping[str, str] = stored["texts"]
    return [_unpacked(token, texts) for token in stored["tokens"]]


def _unpacked(token: Sequence[Any], texts: Mapping[str, str]) -> TokenLogprob:
    def named(name: int | str) -> tuple[int, str]:
        return (-1, name) if isinstance(name, str) else (name, texts.get(str(name), ""))

    chosen, log, rank, names, logs = token
    id, text = named(chosen)
    top = tuple((*named(name), _log(value)) for name, value in zip(names, logs, strict=True))
    return TokenLogprob(id, text, _log(log), rank, top)


def _log(stored: float | None) -> float:
    return -math.inf if stored is None else stored
