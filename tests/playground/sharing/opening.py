"""Making a link as a person does, and opening it as a stranger does."""

import html
import re
from typing import Any

from django.test import Client

from playground.accounts.models import User
from playground.compare.models import Session

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def address_of(page: str) -> str:
    """The path of the link that a page shows this once."""
    found = re.search(r'id="made-link"[^>]*value="http://testserver(/s/[^"]+)"', page)
    assert found, "no link was made"
    return html.unescape(found[1])


def make_link(client: Client, session: Session, maker: User, days: str = "7", **form: str) -> str:
    """The path of a new link to the session's first run."""
    client.force_login(maker)
    page = f"/sessions/{session.public_id}/runs/1/links/"
    return address_of(client.post(page, {"days": days, **form}).content.decode())


def open_link(address: str, visitor: Client | None = None, **headers: str) -> Any:
    """What a browser without an account gets."""
    return (visitor or Client()).get(address, headers={"User-Agent": BROWSER, **headers})
