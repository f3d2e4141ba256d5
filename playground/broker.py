"""What becomes of messages whose connection to Valkey is gone: nothing, and that is enough.

kombu would hand them back, or acknowledge them, over the very connection that was lost; it fails
in a way that ends the worker. Postgres knows what is queued and what runs: leases and the sweeper
do what redelivery would.
"""

from typing import Any

from kombu.transport import redis


class LostConnectionQoS(redis.QoS):  # type: ignore[misc]
    """Forgets the messages of a channel that was closed."""

    restore_at_shutdown = False

    def ack(self, delivery_tag: Any) -> None:
        if not self.channel.closed:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        if not self.channel.closed:
            super().reject(delivery_tag, requeue=requeue)


def install() -> None:
    """Use it for every connection of this process."""
    redis.Channel.QoS = LostConnectionQoS
