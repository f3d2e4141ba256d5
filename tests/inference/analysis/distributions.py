"""Whole distributions, and what an engine would report of them."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference.engines.protocol import TokenLogprob

Floats = NDArray[np.float64]


def log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum())


def reported(logits: Floats, chosen: int, listed: int = 20) -> TokenLogprob:
    """The `listed` likeliest tokens and the chosen one, as vLLM reports them."""
    logs = log_softmax(np.asarray(logits, dtype=np.float64))
    order = np.argsort(-logs, kind="stable")[:listed]
    rank = int((logs >= logs[chosen]).sum())
    top = tuple((int(id), f"<{id}>", float(logs[id])) for id in order)
    return TokenLogprob(chosen, f"<{chosen}>", float(logs[chosen]), rank, top)


def drawn(seed: int, vocabulary: int, spread: float) -> Floats:
    """Logits: the larger the spread, the more peaked their softmax."""
    return np.random.default_rng(seed).normal(0, spread, vocabulary)


logits = st.builds(
    drawn,
    seed=st.integers(0, 2**32),
    vocabulary=st.integers(2, 400),
    spread=st.floats(0.05, 6),
)
