"""Claimed generations, and what a worker writes of them."""

from typing import Any

from django.db import connection

from inference import ledger
from tests.factories import make_generation


def claimed(owner: str = "one", **fields: Any) -> ledger.Claim:
    """A generation that `owner` has just begun."""
    (claim,) = ledger.claim(owner, [make_generation(**fields).pk])
    assert claim is not None
    return claim


def done(claim: ledger.Claim, text: str = "It stores keys.", **columns: Any) -> dict[str, Any]:
    """The result of a claim that ended well."""
    return {
        "id": claim.id,
        "attempt": claim.attempt,
        "status": "done",
        "text": text,
        "token_ids": [1, 2, 3],
        "step_tokens": [1, 2],
        "gaps_us": [12_000],
        "finish_reason": "stop",
        "error": "",
        "output_tokens": 3,
        "engine": "scripted",
        "engine_version": "1",
        "model": "scripted",
        "model_revision": "1",
        **columns,
    }


def lost(claim: ledger.Claim, text: str = "It st", reason: str = "Lost.") -> ledger.Release:
    return ledger.Release(claim.id, claim.attempt, text, reason)


def expire(claim: ledger.Claim) -> None:
    """Let the lease have run out a second ago, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inference_generation SET lease_until = clock_timestamp() - interval '1 s'"
            " WHERE id = %s",
            [claim.id],
        )
