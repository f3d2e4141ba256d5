"""What speculation brought, and how likely the prompt was, come to be kept with an answer."""

import pytest

from inference import ledger
from inference.engines.protocol import Completed, EngineDescription, Scored, Speculated, Timings
from inference.live import Live
from inference.metrics import acceptance_length
from inference.models import Generation
from inference.outcome import ended, result
from tests.inference.results import claimed

NOTHING = Timings(None, None, None, None)
ENGINE = EngineDescription("vllm", "1", "tiny", "r", "float32", "cpu", 512, 8)


def end(**more: object) -> Completed:
    return Completed("stop", None, 5, 0, 7, (1, 2, 3, 4, 5), NOTHING, **more)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_it_keeps_each_steps_guesses_and_the_scores_of_the_prompt() -> None:
    claim = claimed()
    made = end(speculated=Speculated((3, 3, 2), (1, 3, 0)), scored=Scored(2, (-0.5, -1.5)))
    columns = result(claim, Live(claim.id, claim.attempt), made, ENGINE)
    (finished,) = ledger.finish("one", [columns])
    assert finished is not None
    row = Generation.objects.get()
    assert (row.drafted_tokens, row.accepted_tokens) == (8, 4)
    assert (row.drafted_steps, row.accepted_steps) == ([3, 3, 2], [1, 3, 0])
    assert (row.scored_from, row.scored_logprobs) == (2, [-0.5, -1.5])
    told = ended(claim, columns, finished).metrics
    assert told == {**row.metrics(), "client_ttft_ms": told["client_ttft_ms"]}
    assert told["acceptance_length"] == pytest.approx(1 + 4 / 3)
    assert told["prompt_perplexity"] == pytest.approx(2.718282)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_nothing_where_nothing_was_guessed_or_scored() -> None:
    claim = claimed()
    ledger.finish("one", [result(claim, Live(claim.id, claim.attempt), end(), ENGINE)])
    row = Generation.objects.get()
    kept = (row.drafted_tokens, row.accepted_steps, row.scored_from, row.scored_logprobs)
    assert kept == (None, None, None, None)


def test_it_counts_the_models_own_token_of_each_checking_step() -> None:
    assert acceptance_length([0, 0]) == 1.0
    assert acceptance_length([3, 1]) == 3.0
    assert acceptance_length([]) is acceptance_length(None) is None
