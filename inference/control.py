"""Stops travel by publish/subscribe: fast, and not the truth. A worker that misses one reads the
row's `stop_requested` when it renews its lease."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec
import redis
import structlog
from redis.exceptions import RedisError

from inference.relay import CONTROL_CHANNEL
from inference.stores import valkey_async

log = structlog.get_logger(__name__)
_ids = msgspec.json.Decoder(list[int])


def publish_stops(client: "redis.Redis", generations: Iterable[int]) -> None:
    """Tell every worker to abort these generations."""
    client.publish(CONTROL_CHANNEL, msgspec.json.encode(list(generations)))


async def stops(handle: Callable[[list[int]], Awaitable[None]]) -> None:
    """Call `handle` with each list of generations to stop, until cancelled."""
    while True:
        client = valkey_async(socket_timeout=None)
        try:
            async with client.pubsub() as channel:
                await channel.subscribe(CONTROL_CHANNEL)
                async for message in channel.listen():
                    if message["type"] == "message":
                        await handle(_ids.decode(message["data"]))
        except (RedisError, OSError) as error:
            log.warning("control channel lost", error=str(error))
            await asyncio.sleep(0.5)
        finally:
            await client.aclose()
