"""What Postgres holds of a run, to hold what the page shows against."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

QUERY = """
select generation.id, generation.status, generation.text, generation.seed, generation.output_tokens,
       coalesce(array_length(generation.token_ids, 1), 0) as token_count,
       generation.client_ttft_us, lane.settings
  from compare_comparison comparison
  join compare_session session on session.id = comparison.session_id
  join compare_lane lane on lane.comparison_id = comparison.id
  join compare_sample sample on sample.lane_id = lane.id
  join inference_generation generation on generation.id = sample.generation_id
 where session.public_id = %s and comparison.number = %s
 order by lane.position
"""


@dataclass(frozen=True)
class StoredGeneration:
    id: int
    status: str
    text: str
    seed: int
    output_tokens: int | None
    token_count: int
    client_ttft_us: int | None
    settings: dict[str, object]


def stored_run(database_url: str, path: str) -> list[StoredGeneration]:
    """The generations of the run at `path` (/sessions/…/runs/n/), lane A first."""
    _, _, session, _, number, _ = path.split("/")
    with psycopg.connect(database_url, row_factory=class_row(StoredGeneration)) as connection:
        return connection.execute(QUERY, [session, int(number)]).fetchall()


def forget_drafts(database_url: str) -> None:
    """Drop what was typed and not run: a new session's page opens with it otherwise."""
    with psycopg.connect(database_url) as connection:
        connection.execute("truncate compare_draft cascade")
