"""Every test run has a Postgres and a Valkey of its own, on sockets in a folder that it removes.

Their URLs are settled here at import, before Django's settings are read; the servers themselves
are started when the session starts.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
import redis

from playground.local import postgres as postgres_server
from playground.local import valkey as valkey_server

RUN = Path(tempfile.mkdtemp(prefix="playground-tests-"))
RUN.chmod(0o711)
os.environ.update(
    DATABASE_URL=f"postgresql://{postgres_server.USER}@/playground?host={RUN}/postgres",
    REDIS_URL=f"unix://{RUN}/valkey/{valkey_server.SOCKET_NAME}",
    PLAYGROUND_SHARED_DIR=str(RUN / "shared"),
    DATA_DIR=str(RUN / "data"),
    VLLM_RPC_BASE_PATH=str(RUN / "engines"),
    SECRET_KEY="only-for-tests-" + "0" * 40,
    DEBUG="0",
    DJANGO_SETTINGS_MODULE="playground.settings",
)
STORE_FIXTURES = {"db", "transactional_db", "postgres", "valkey"}
STORES = pytest.StashKey[tuple[postgres_server.Postgres, valkey_server.Valkey]]()


(RUN / "data" / "static").mkdir(parents=True)
(RUN / "engines").mkdir()


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings now: pytest-django then sets Django up by what the environment says.

    A process started from here to run tests must not read them before it has come this far.
    """
    from django.conf import settings

    assert settings.DATABASES
    if hands_out(config):
        del os.environ["DJANGO_SETTINGS_MODULE"]


def hands_out(config: pytest.Config) -> bool:
    """Whether this process runs no test itself, but has others run them beside each other."""
    return config.option.dist != "no" and not hasattr(config, "workerinput")


@pytest.fixture(autouse=True, scope="session")
def _quick_emptying() -> None:
    """Delete the rows that a test has committed, where Django truncates every table and then makes
    all permissions anew: that took longer than most tests."""
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]


EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT relname FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace
        WHERE relkind = 'r' AND nspname = 'public'
            AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$
"""


def empty_tables(_test: object) -> None:
    """Delete every row but those that the migrations make; keys are not checked meanwhile."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(EMPTY)


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark what needs the stores, and put the browser's tests last: Playwright keeps a loop running
    in this thread until the end, and beside it no other test could run one of its own."""
    for item in items:
        if item.get_closest_marker("django_db") or STORE_FIXTURES & set(item.fixturenames):
            item.add_marker("stores")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start both servers, and hold the URLs that the settings were given against them.

    Each process that runs tests beside others has its own; the one that hands them out needs none.
    """
    if session.config.option.collectonly or hands_out(session.config):
        return
    postgres = postgres_server.start(RUN / "postgres", durable=False)
    valkey = valkey_server.start(RUN / "valkey")
    session.config.stash[STORES] = postgres, valkey
    assert postgres.url == os.environ["DATABASE_URL"]
    assert valkey.url == os.environ["REDIS_URL"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop both, and leave nothing on the disk."""
    for server in config.stash.get(STORES, ()):
        server.stop()
    shutil.rmtree(RUN.resolve(), ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> postgres_server.Postgres:
    """The run's Postgres, which every test with database access already uses."""
    return request.config.stash[STORES][0]


@pytest.fixture
def valkey(request: pytest.FixtureRequest) -> valkey_server.Valkey:
    """The run's Valkey, empty."""
    server = request.config.stash[STORES][1]
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    return server
