"""Runs of several lanes and samples that have ended, with times that tests choose."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from inference.models import Generation
from playground.accounts.models import User
from playground.compare.models import Case, Comparison, Lane, Sample, Session
from tests.factories import make_generation, team_of


def measured_run(
    author: User,
    ttfts_ms: Sequence[Sequence[float]],
    *,
    session: Session | None = None,
    settings: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> Comparison:
    """A run with a lane for each list, a sample for each time to the first token; decoding takes
    ten times as long. `fields` are columns of the run."""
    team = team_of(author)
    if session is None:
        session = Session.objects.create(team=team, author=author, title="A fox", shared=True)
    session.runs += 1
    session.save()
    messages = [{"role": "user", "content": "A fox"}]
    run = Comparison.objects.create(
        session=session, team=team, author=author, number=session.runs, key=uuid.uuid4(),
        messages=messages, shared=True, **fields,
    )  # fmt: skip
    case = Case.objects.create(comparison=run, team=team)
    for position, times in enumerate(ttfts_ms):
        given = dict(settings[position]) if settings else {"temperature": position / 10}
        lane = Lane.objects.create(
            comparison=run, team=team, position=position, profile="small", settings=given
        )
        for number, ttft in enumerate(times, 1):
            answer = _ended(author, ttft, number, given)
            Sample.objects.create(lane=lane, case=case, team=team, number=number, generation=answer)
    return run


def _ended(author: User, ttft_ms: float, seed: int, settings: dict[str, Any]) -> Generation:
    micro = round(ttft_ms * 1000)
    return make_generation(
        team_id=team_of(author).pk, user_id=author.pk, status="done", finish_reason="stop",
        text="A fox slept.", token_ids=[1, 2, 3], step_tokens=[1, 1, 1], step_characters=[1, 4, 7],
        output_tokens=3, ttft_us=micro, decode_us=10 * micro, e2e_us=12 * micro, seed=seed,
        settings=settings, prompt_token_ids=[7, 8], engine="scripted", model="made up",
    )  # fmt: skip
