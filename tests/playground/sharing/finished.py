"""A run that ended, with everything that a file can hold of it."""

from typing import Any

from inference.models import Status
from playground.accounts.models import User
from playground.compare.models import Comparison, Session
from playground.prompts.models import Preset, Prompt, PromptVersion
from tests.factories import generations_of, make_session, team_of

PROMPT = "Write a story about a fox named {{name}}."
FIGURES: dict[str, Any] = {
    "finish_reason": "length",
    "prompt_tokens": 12,
    "cached_tokens": 4,
    "output_tokens": 3,
    "dispatch_us": 2_000,
    "queue_us": 500,
    "prefill_us": 8_000,
    "decode_us": 30_000,
    "ttft_us": 8_600,
    "client_ttft_us": 31_000,
    "e2e_us": 42_000,
    "prompt_token_ids": list(range(12)),
    "token_ids": [5, 6, 7],
    "beginning_ids": [3, 4],
    "beginning_text": "Once, ",
    "step_tokens": [1, 1, 1],
    "step_characters": [3, 4, 4],
    "gaps_us": [14_000, 16_000],
    "engine": "vllm",
    "engine_version": "0.11.0",
    "engine_flags": {"max_num_seqs": 64, "enforce_eager": True},
    "model": "small",
}
SETTINGS = ({"temperature": 0.0, "seed": 7, "stop": ["\n\n"]}, {"temperature": 1.5, "seed": None})


def finished_session(author: User, title: str = "A fox and a lantern", **run: Any) -> Session:
    """Two lanes that ended; `run` are fields of the comparison."""
    session = make_session(author, title, [Status.DONE, Status.STOPPED], run.pop("shared", True))
    comparison = session.comparisons.get()
    Comparison.objects.filter(pk=comparison.pk).update(**run)
    for lane, settings in zip(comparison.lanes.order_by("position"), SETTINGS, strict=True):
        lane.settings = settings
        lane.save()
    for row, text in zip(generations_of(session), ("The fox ran.", "Fog."), strict=True):
        for name, value in {**FIGURES, "text": text}.items():
            setattr(row, name, value)
        row.save()
    return session


def library_of(author: User) -> tuple[Prompt, Preset]:
    """A prompt of two versions, and a preset of the team."""
    team = team_of(author)
    prompt = Prompt.objects.create(
        team=team, author=author, name="Fox", description="Stories", tags=["fox"], versions_made=2
    )
    for number, text in enumerate(("Write about a fox.", PROMPT), 1):
        PromptVersion.objects.create(
            prompt=prompt,
            team=team,
            number=number,
            author=author,
            messages=[{"role": "user", "content": text}],
            variables={"name": "Ada"} if number == 2 else {},
            note=f"Change {number}",
        )
    preset = Preset.objects.create(
        team=team, author=author, name="Wild", shared=True, settings={"temperature": 1.5}
    )
    return prompt, preset


def linked_session(author: User) -> Session:
    """A finished session whose run came from the library."""
    prompt, preset = library_of(author)
    session = finished_session(author, name="Ada's fox", tags=["story", "fox"])
    run = session.comparisons.get()
    run.prompt_version = prompt.versions.get(number=2)
    run.save()
    run.lanes.filter(position=1).update(preset=preset)
    run.cases.update(variables={"name": "Ada"})
    return session
