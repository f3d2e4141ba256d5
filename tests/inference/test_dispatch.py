"""A generation goes onto the queue of its profile, as a number and nothing else."""

import base64
import json

import pytest
import redis
from kombu.exceptions import OperationalError

from inference.dispatch import queue_of, send
from playground.local.valkey import Valkey


def test_it_puts_each_on_the_queue_of_its_profile(valkey: Valkey) -> None:
    send([(7, "small"), (8, "other"), (9, "small")])
    with redis.Redis.from_url(valkey.url) as client:
        assert [client.llen(queue_of(name)) for name in ("small", "other")] == [2, 1]
        task = json.loads(client.rpop(queue_of("small")))  # type: ignore[arg-type]
    arguments, keywords, _ = json.loads(base64.b64decode(task["body"]))
    assert (arguments, keywords) == ([7], {})


def test_it_fails_at_once_while_the_broker_is_away(valkey: Valkey) -> None:
    valkey.kill()
    try:
        with pytest.raises(OperationalError):
            send([(7, "small")])
    finally:
        valkey.restart()
