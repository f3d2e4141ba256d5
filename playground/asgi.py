"""The ASGI application: pages, the workbench's socket, and a clean end of both."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from inference import tracing
from playground.analytics.consumer import UsageConsumer
from playground.compare.consumer import WorkbenchConsumer
from playground.compare.hub import hub
from playground.request_size import RequestSize
from playground.threads import off_loop
from playground.warmup import warm_up

sockets = AllowedHostsOriginValidator(
    AuthMiddlewareStack(
        URLRouter(
            [
                path("ws/workbench/", WorkbenchConsumer.as_asgi()),
                path("ws/usage/", UsageConsumer.as_asgi()),
            ]
        )
    )
)


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    """Answer the server's start and stop; the hub ends with the process."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            tracing.start("web")
            await off_loop(warm_up)()
            await send({"type": "lifespan.startup.complete"})
        else:
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter(
    {"http": RequestSize(pages), "websocket": sockets, "lifespan": lifespan}
)
