"""Opens what the first Run would otherwise wait for: connections, and the code behind them."""

from contextlib import suppress

from django.db import InterfaceError, OperationalError, connection
from django.urls import get_resolver
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from inference.heap import settle
from inference.stores import valkey
from inference.workers import engine_states
from playground.celery import app


def warm_up() -> None:
    """Import every page, touch Valkey, Postgres and the broker once, and settle the heap.

    A store that is away is met again by Run.
    """
    _ = get_resolver().url_patterns
    with suppress(RedisError, OperationalError, InterfaceError, BrokerError):
        engine_states(valkey())
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with app.producer_or_acquire() as producer:
            producer.connection.ensure_connection(max_retries=1, timeout=2)
    settle()
