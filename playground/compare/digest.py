"""What the history looks through, written to a run once its generations have ended.

Searching and filtering then touch one table: no query has to visit the generations, whose rows
hold bulky arrays. A change of a run's name sets `digested_at` back to null: the next pass digests
it anew, and until then it is found by its old words.
"""

import time

from inference.ledger import rows

BATCH = 50
PASS_SECONDS = 1.0
MAX_CHARACTERS = 150_000
"""Of a run's prompt and answers together, half for each: what is safely under a tsvector's 1 MB."""

SIGNS = r"[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+"
"""Every sign of ASCII: whatever lies beyond, the text search tells apart in any locale."""

SPLIT = f"regexp_replace({{}}, '{SIGNS}', ' ', 'g')"
DIGEST = f"""
WITH due AS MATERIALIZED (
    SELECT comparison.id, comparison.name, comparison.messages
    FROM compare_comparison AS comparison
    WHERE comparison.digested_at IS NULL AND NOT EXISTS (
        SELECT FROM compare_lane AS lane
        JOIN compare_sample AS sample ON sample.lane_id = lane.id
        JOIN inference_generation AS generation ON generation.id = sample.generation_id
        WHERE lane.comparison_id = comparison.id AND generation.status IN ('queued', 'running')
    )
    ORDER BY comparison.id LIMIT %(batch)s
    FOR UPDATE OF comparison SKIP LOCKED
), asked AS (
    SELECT due.id,
        left(concat_ws(E'\\n', string_agg(turn ->> 'content', E'\\n' ORDER BY place), (
            SELECT string_agg(value, E'\\n' ORDER BY kase.number)
            FROM compare_case AS kase, jsonb_each_text(kase.variables) AS given(name, value)
            WHERE kase.comparison_id = due.id
        )), %(half)s) AS text
    FROM due, jsonb_array_elements(due.messages) WITH ORDINALITY AS turns(turn, place)
    GROUP BY due.id
), answered AS (
    SELECT due.id,
        array_agg(DISTINCT lane.profile) AS profiles,
        array_agg(DISTINCT generation.status) AS statuses,
        max(generation.ttft_us) AS ttft_us,
        max(generation.e2e_us) AS e2e_us,
        least(sum(generation.output_tokens), 2147483647) AS output_tokens,
        left(string_agg(
            left(generation.beginning_text || generation.text, %(half)s), E'\\n'
            ORDER BY lane.position, generation.id
        ), %(half)s) AS text
    FROM due
    JOIN compare_lane AS lane ON lane.comparison_id = due.id
    JOIN compare_sample AS sample ON sample.lane_id = lane.id
    JOIN inference_generation AS generation ON generation.id = sample.generation_id
    GROUP BY due.id
)
UPDATE compare_comparison AS comparison SET
    digested_at = clock_timestamp(),
    profiles = coalesce(answered.profiles, comparison.profiles),
    statuses = coalesce(answered.statuses, '{{}}'),
    ttft_us = answered.ttft_us,
    e2e_us = answered.e2e_us,
    output_tokens = answered.output_tokens,
    words = setweight(to_tsvector('english', coalesce(asked.text, '')), 'A')
        || setweight(to_tsvector('english', due.name), 'B')
        || setweight(to_tsvector('english', coalesce(answered.text, '')), 'C'),
    code_words = to_tsvector('simple', {SPLIT.format("coalesce(asked.text, '')")})
        || to_tsvector('simple', {SPLIT.format("due.name")})
        || to_tsvector('simple', {SPLIT.format("coalesce(answered.text, '')")})
FROM due LEFT JOIN asked USING (id) LEFT JOIN answered USING (id)
WHERE comparison.id = due.id
RETURNING comparison.id
"""


def digest(batch: int = BATCH) -> int:
    """Digest up to `batch` runs that have ended; returns how many.

    One statement, so that a crash leaves whole runs to do again; any number may run at once.
    """
    with rows(DIGEST, {"batch": batch, "half": MAX_CHARACTERS // 2}) as found:
        return len(found)


def digest_what_is_due(seconds: float = PASS_SECONDS) -> int:
    """Digest batch after batch until nothing is due or the time is up; returns how many runs.

    Bounded, because the search for lost generations waits in the same queue.
    """
    deadline, total = time.monotonic() + seconds, 0
    while done := digest():
        total += done
        if done < BATCH or time.monotonic() > deadline:
            break
    return total
