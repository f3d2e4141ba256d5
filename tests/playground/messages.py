"""What waits on an engine's queue, as a worker would find it."""

import json
from typing import Any

import redis

from inference.dispatch import queue_of


def waiting(client: redis.Redis, profile: str = "small") -> list[dict[str, Any]]:
    """The headers of each task, oldest first."""
    raws: Any = client.lrange(queue_of(profile), 0, -1)
    return [json.loads(raw)["headers"] for raw in reversed(raws)]
