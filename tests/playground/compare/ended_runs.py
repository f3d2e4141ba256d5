"""Runs that have ended, with what they were asked, how they were set and what came."""

from collections.abc import Mapping, Sequence
from typing import Any

from inference.models import Generation, Status
from playground.accounts.models import User
from playground.compare.digest import digest
from playground.compare.models import Comparison, Lane
from tests.factories import generations_of, make_session


def ended_run(
    author: User,
    prompt: str = "What is KV caching?",
    answers: Sequence[str] = ("It keeps keys and values.",),
    *,
    shared: bool = True,
    settings: Mapping[str, Any] | None = None,
    figures: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Comparison:
    """A run with a lane for each answer, digested. `fields` are columns of the run."""
    statuses = [Status.DONE] * len(answers)
    session = make_session(author, prompt[:120], statuses, shared=shared)
    run = session.comparisons.get()
    for generation, text in zip(generations_of(session), answers, strict=True):
        Generation.objects.filter(pk=generation.pk).update(text=text, **(figures or {}))
    if settings is not None:
        Lane.objects.filter(comparison=run).update(settings=settings)
    messages = [{"role": "user", "content": prompt}]
    Comparison.objects.filter(pk=run.pk).update(messages=messages, **fields)
    digest()
    run.refresh_from_db()
    return run
