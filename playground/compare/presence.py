"""Who has a session open: heartbeats in Valkey that run out by themselves.

One sorted set a session. A member is a visit (a person on one page), its score the second at which
it counts as gone, on Valkey's clock: the site's machines need not agree on the time.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import redis.asyncio

TTL_SECONDS = 15
BEAT_SECONDS = 5.0

ATTEND = """
local now = tonumber(redis.call('TIME')[1])
for index = 2, #ARGV do redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[index]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('EXPIRE', KEYS[1], ARGV[1])
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""


def _key(session: str) -> str:
    return f"presence:{session}"


async def attend(
    client: "redis.asyncio.Redis", visits: Mapping[str, Iterable[str]]
) -> dict[str, set[int]]:
    """Renew these visits, by session; who is in each of the sessions then, as ids of users."""
    async with client.pipeline(transaction=False) as pipe:
        for session, members in visits.items():
            pipe.eval(ATTEND, 1, _key(session), TTL_SECONDS, *members)
        replies: list[Any] = await pipe.execute()
    return {
        session: {_user_of(member) for member in reply}
        for session, reply in zip(visits, replies, strict=True)
    }


async def depart(client: "redis.asyncio.Redis", session: str, member: str) -> None:
    """End a visit now rather than by its time."""
    await client.zrem(_key(session), member)


def member_of(user: int, visit: str) -> str:
    return f"{user}:{visit}"


def _user_of(member: bytes) -> int:
    return int(member.partition(b":")[0])
