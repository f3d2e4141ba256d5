"""Is this process alive, and is everything behind it?"""

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

from inference.profiles import profiles
from inference.stores import valkey
from inference.workers import engine_states


async def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while this process answers; asks nothing else of anyone."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the stores answer and some engine is ready, else 503 with what is wrong."""
    postgres = _postgres_answers()
    try:
        states = engine_states(valkey())
        valkey_answers = True
    except RedisError:
        states, valkey_answers = {}, False
    engines = {name: states.get(name, "absent") for name in profiles()}
    ready = postgres and valkey_answers and "ready" in engines.values()
    return JsonResponse(
        {"postgres": postgres, "valkey": valkey_answers, "engines": engines},
        status=200 if ready else 503,
    )


def _postgres_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except (OperationalError, InterfaceError):
        return False
