"""Is this process alive, and is everything behind it? Each answer says what is wrong."""

from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

from inference.profiles import resident
from inference.stores import valkey
from inference.sweeper import last_pass
from inference.workers import engine_states
from playground.compare.hub import hub

SWEEP_LATE_SECONDS = 30.0
RELAY_SILENT_SECONDS = 10.0
_migrated = False


async def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while this process answers; asks nothing else of anyone."""
    return JsonResponse({"status": "ok"})


@dataclass
class State:
    """What was found. `wrong` keeps the site from being used; `warnings` is for the operator."""

    postgres: bool = False
    migrated: bool = False
    valkey: bool = False
    engines: dict[str, str] = field(default_factory=dict)
    sweep_age_seconds: float | None = None
    relay_lag_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the stores answer, are migrated, and some engine is ready; else 503."""
    state = State()
    _look_at_postgres(state)
    _look_at_valkey(state)
    _look_at_relay(state)
    return JsonResponse(vars(state), status=503 if state.wrong else 200)


def _look_at_postgres(state: State) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        state.postgres = True
        state.migrated = _is_migrated()
    except (OperationalError, InterfaceError):
        state.wrong.append("Postgres cannot be reached.")
        return
    if not state.migrated:
        state.wrong.append("Migrations are missing: run manage.py migrate.")


def _is_migrated() -> bool:
    """Asked until it is so; it does not become otherwise while this process runs."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _look_at_valkey(state: State) -> None:
    try:
        states = engine_states(valkey())
        passed = last_pass(valkey())
    except RedisError:
        state.engines = dict.fromkeys(resident(), "unknown")
        state.wrong.append("Valkey cannot be reached.")
        return
    state.valkey = True
    state.engines = {name: states.get(name, "absent") for name in {**resident(), **states}}
    if "ready" not in state.engines.values():
        state.wrong.append("No engine is ready.")
    state.warnings += [
        f"The engine of {name} is {now}." for name, now in state.engines.items() if now != "ready"
    ]
    state.sweep_age_seconds = passed.age_seconds
    if passed.age_seconds is None or passed.age_seconds > SWEEP_LATE_SECONDS:
        state.warnings.append(
            "Nothing is swept: do the clock (beat) and the worker of the queue maintenance run?"
        )


def _look_at_relay(state: State) -> None:
    state.relay_lag_seconds = round(hub.pulse.lag_seconds, 3)
    if hub.reading and hub.pulse.age_seconds > RELAY_SILENT_SECONDS:
        state.warnings.append("The relay is silent: no token reaches the pages of this process.")
