"""Generations that take turns: each begins when all turns before it have ended.

What waits for its turn is queued in Postgres and on no queue of Celery's. Whoever ends a turn sends
the next; where that one died, or Valkey was lost meanwhile, the sweeper does. Sending twice is
harmless, as everywhere: a claim is unique, and there is none before the turn has come.
"""

from collections.abc import Sequence

import structlog
from django.db import InterfaceError, OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError

from inference import dispatch
from inference.ledger import rows

log = structlog.get_logger(__name__)
LINE_UP = """
UPDATE inference_generation AS generation SET sequence = %s, turn = asked.turn,
    turn_at = CASE WHEN asked.turn = 0 THEN accepted_at END
FROM unnest(%s::bigint[], %s::integer[]) AS asked(id, turn)
WHERE generation.id = asked.id
"""
GO_ON = """
UPDATE inference_generation SET turn_at = clock_timestamp(), sent_at = clock_timestamp()
WHERE turn_at IS NULL AND status = 'queued' AND id IN (
    SELECT id FROM inference_generation AS next
    WHERE {which} AND status = 'queued' AND turn_at IS NULL AND NOT EXISTS (
        SELECT FROM inference_generation AS earlier
        WHERE earlier.sequence = next.sequence AND earlier.turn < next.turn
            AND earlier.status IN ('queued', 'running')
    )
    ORDER BY id LIMIT 500 FOR UPDATE OF next SKIP LOCKED
)
RETURNING id, profile
"""
ONE, ALL = GO_ON.format(which="sequence = %s"), GO_ON.format(which="sequence IS NOT NULL")


def line_up(ids: Sequence[int], turns: Sequence[int]) -> None:
    """Let new generations take turns, counted from 0; within the transaction that stored them.

    `turns[i]` is the turn of `ids[i]`; several may have the same, and then begin together.
    """
    with connection.cursor() as cursor:
        cursor.execute(LINE_UP, [min(ids), list(ids), list(turns)])


def go_on(sequence: int) -> None:
    """Send what may begin now that one of this sequence has ended."""
    try:
        with rows(ONE, [sequence]) as found:
            dispatch.send(found)
    except (BrokerError, OperationalError, InterfaceError) as error:
        # Marked as begun and unsent, or not yet begun: the sweeper sees to either.
        log.warning("turn not passed on yet", sequence=sequence, error=str(error).strip())


def go_on_everywhere() -> int:
    """The same for every sequence that stands still; returns how many generations were sent.
    Raises kombu's OperationalError where the broker is away."""
    with rows(ALL, []) as found:
        dispatch.send(found)
    return len(found)
