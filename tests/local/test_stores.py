"""The embedded servers: what they keep, and that they answer as themselves."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from playground.local import postgres, postgres_home, valkey
from playground.local.sockets import empty_socket_folder, remove_socket_folder


@pytest.fixture
def server(place: Path) -> Iterator[valkey.Valkey]:
    running = valkey.start(place / "valkey")
    yield running
    running.stop()


@pytest.fixture
def database(place: Path) -> Iterator[postgres.Postgres]:
    running = postgres.start(place / "postgres")
    yield running
    running.stop()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the server's own user can reach, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="playground-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def fill(client: redis.Redis) -> None:
    for number in range(40):
        client.set(f"filler-{number}", "x" * 1_000_000)


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
    assert row
    return int(row[0])


def test_it_keeps_committed_rows_over_a_kill(database: postgres.Postgres) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute("create table kept as select 1")
    database.kill()
    with pytest.raises(psycopg.OperationalError):
        count(database.url)
    database.restart()
    assert count(database.url) == 1


def test_it_begins_anew_after_an_interrupted_initdb(place: Path) -> None:
    (place / "postgres").mkdir()
    (place / "postgres" / "PG_VERSION").write_text("18\n")
    (place / "postgres.unfinished").touch()
    running = postgres.start(place / "postgres")
    running.stop()
    assert not (place / "postgres.unfinished").exists()


def test_it_lets_nobody_else_at_the_database_socket(database: postgres.Postgres) -> None:
    assert database.sockets.stat().st_mode & 0o077 == 0


def test_it_keeps_what_valkey_was_told_over_a_kill(server: valkey.Valkey) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "1")
        server.kill()
        server.restart()
        assert client.get("kept") == b"1"


def test_it_refuses_writes_rather_than_evict(place: Path) -> None:
    running = valkey.start(place / "valkey", memory="16mb")
    with redis.Redis.from_url(running.url) as client:
        client.set("first", "1")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            fill(client)
        assert client.get("first") == b"1"
    running.stop()


def test_it_finds_room_for_the_sockets_of_a_deep_folder(place: Path) -> None:
    deep = place.joinpath(*["deep"] * 30)
    database, server = postgres.start(deep / "postgres"), valkey.start(deep / "valkey")
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    psycopg.connect(database.url).close()
    assert not database.sockets.is_relative_to(deep)
    database.stop()
    server.stop()
    assert not database.sockets.exists()
    assert not server.sockets.exists()


def test_it_empties_a_folder_of_many_sockets_and_keeps_it_private(place: Path) -> None:
    first = empty_socket_folder(place / "engines", "name")
    (first / "left").touch()
    again = empty_socket_folder(place / "engines", "name")
    assert (again, list(again.iterdir())) == (place / "engines", [])
    far = empty_socket_folder(place / "engines", "n" * 75)
    assert not far.is_relative_to(place)
    for folder in (again, far):
        assert folder.stat().st_mode & 0o777 == 0o700
    remove_socket_folder(place / "engines")
    assert not far.exists()


def test_it_keeps_data_elsewhere_below_a_private_home(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root's Postgres runs as somebody else")
    monkeypatch.setattr(postgres_home, "SHARED", place / "shared")
    home = place / "home"
    home.mkdir(mode=0o700)
    database = postgres.start(home / "postgres")
    assert database.folder.is_relative_to(place / "shared")
    assert home.stat().st_mode & 0o077 == 0
    database.stop()
    postgres_home.remove_home(home / "postgres")
    assert not list((place / "shared").iterdir())
