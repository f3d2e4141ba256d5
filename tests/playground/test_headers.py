"""What every answer says to the browser about safety."""

import pytest
from django.test import Client

from tests.factories import PASSWORD, Cast, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/sessions/", "/nowhere/", "/healthz"])
def test_it_allows_only_its_own_scripts(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.alice)
    answer = client.get(path, follow=True)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_it_has_no_inline_script_or_style(cast: Cast, client: Client, path: str) -> None:
    if path == "/":
        client.force_login(cast.alice)
    page = client.get(path).content.decode()
    scripts = [part.split(">", 1)[0] for part in page.split("<script")[1:]]
    assert scripts
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert "<style" not in page
    assert " style=" not in page


def test_it_hides_the_cookie_from_scripts(transactional_db: None, client: Client) -> None:
    user = make_user("alice", PASSWORD)
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
