"""Two pages on one session: each sees who is there, and what the other starts, as it streams."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site
from tests.e2e.pages.sign_in import sign_in
from tests.e2e.pages.workbench import LONG, Workbench
from tests.e2e.stored import forget_drafts

pytestmark = [pytest.mark.browser, pytest.mark.engine]
TEAMMATE = "bob@example.com"
JOIN = """
WITH me AS (SELECT id, password FROM accounts_user WHERE email = %(me)s),
member AS (SELECT team_id FROM accounts_membership JOIN me ON user_id = me.id LIMIT 1),
bob AS (
    INSERT INTO accounts_user
        (email, password, first_name, last_name, is_active, is_staff, is_superuser, date_joined)
    SELECT %(bob)s, password, 'Bob', 'Baker', true, false, false, now() FROM me
    ON CONFLICT (email) DO UPDATE SET first_name = 'Bob' RETURNING id
)
INSERT INTO accounts_membership (team_id, user_id, role, created_at)
SELECT team_id, bob.id, 'member', now() FROM member, bob ON CONFLICT DO NOTHING
"""


@pytest.fixture
def bob(browser: Browser, site: Site) -> Iterator[Workbench]:
    """A teammate, in a browser of their own."""
    with psycopg.connect(site.database_url) as connection:
        connection.execute(JOIN, {"me": site.email, "bob": TEAMMATE})
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    sign_in(page, TEAMMATE, site.password)
    yield Workbench(page)
    context.close()


def share(site: Site) -> None:
    with psycopg.connect(site.database_url) as connection:
        connection.execute("UPDATE compare_session SET shared = true")
        connection.execute("UPDATE compare_comparison SET shared = true")
    forget_drafts(site.database_url)


def test_it_shows_a_teammate_and_streams_what_they_start(
    workbench: Workbench, bob: Workbench, site: Site
) -> None:
    workbench.ask("What is 17 + 25?")
    workbench.wait_until_ended()
    share(site)
    bob.open(workbench.path)
    expect(workbench.page.locator("#presence")).to_have_accessible_name("Also here: Bob Baker")
    bob.set_both(**LONG)
    bob.lanes[1].act("duplicate")
    bob.ask("Write a short story about a fox.")
    workbench.page.wait_for_url("**/runs/2/")
    workbench.expect_letters("ABC")
    workbench.lanes[0].wait_for_text()
    expect(workbench.prompt).to_have_value("Write a short story about a fox.")
    assert workbench.wait_until_ended() == bob.wait_until_ended()
    assert workbench.texts() == bob.texts()
    bob.page.goto("about:blank")
    expect(workbench.page.locator("#presence")).to_be_hidden()


def test_it_takes_nothing_away_from_who_is_typing(
    workbench: Workbench, bob: Workbench, site: Site
) -> None:
    workbench.ask("What is 17 + 25?")
    workbench.wait_until_ended()
    share(site)
    path = workbench.path
    bob.open(path)
    workbench.prompt.fill("My own half thought")
    bob.ask("What is KV caching?")
    news = workbench.page.locator("#run-started")
    expect(news).to_contain_text("Bob Baker started run 2")
    assert workbench.path == path
    news.get_by_role("link", name="Show").click()
    workbench.page.wait_for_url("**/runs/2/")
    workbench.lanes[0].wait_for_text()
    expect(workbench.prompt).to_have_value("My own half thought")
