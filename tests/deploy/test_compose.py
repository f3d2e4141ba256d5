"""docker-compose.yml against the code: every command, variable and health check is held to it."""

import importlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

from playground.celery import app
from playground.local import services as local
from tests.deploy.compose import OURS, ROOT, STORES, example, interpolated, option, services

READS = re.compile(r"""(?:env\.\w+\(|env\(|environ\.get\(|environ\[)\s*["']([A-Z_]+)["']""")
READ_BY_LIBRARIES = {"HF_HOME", "HOME"}
READ_BY_COMPOSE = {"COMPOSE_PROFILES", "BIND", "PORT"}
BIN = ROOT / ".venv" / "bin"


def variables_read() -> set[str]:
    files = [*(ROOT / "playground").rglob("*.py"), *(ROOT / "inference").rglob("*.py")]
    return {name for file in files for name in READS.findall(file.read_text())}


def local_option(service: local.Service, name: str) -> str:
    return option(list(service.command), name)


def test_it_has_every_part_of_the_local_stack() -> None:
    assert set(services()) == {*OURS, *STORES}


@pytest.mark.parametrize("name", OURS)
def test_it_runs_programs_that_the_image_has(name: str) -> None:
    program = services()[name]["command"][0]
    assert (BIN / program).exists()


def test_it_runs_a_management_command_that_exists() -> None:
    python, script, command, *_ = services()["migrate"]["command"]
    assert (python, script) == ("python", "manage.py")
    assert (ROOT / script).exists()
    assert command in get_commands()


def test_it_serves_an_application_that_imports() -> None:
    module, _, attribute = services()["web"]["command"][1].partition(":")
    assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", ["worker", "worker-gpu", "sweeper", "beat"])
def test_it_names_the_celery_application(name: str) -> None:
    assert option(services()[name]["command"], "-A") == app.main


@pytest.mark.parametrize("name", ["worker", "worker-gpu"])
def test_it_gives_each_worker_the_queue_of_its_profile(name: str) -> None:
    from inference.profiles import profile

    service = services()[name]
    own = service["environment"]["PLAYGROUND_PROFILE"]
    assert profile(own)
    assert option(service["command"], "--queues") == f"engine.{own}"
    assert option(service["command"], "--pool") == "threads"


def test_it_consumes_the_queue_of_every_scheduled_task() -> None:
    consumed = {option(services()["sweeper"]["command"], "--queues")}
    assert {entry["options"]["queue"] for entry in app.conf.beat_schedule.values()} <= consumed
    app.loader.import_default_modules()
    assert all(entry["task"] in app.tasks for entry in app.conf.beat_schedule.values())


@pytest.mark.parametrize(
    "name", ["--ws", "--ws-per-message-deflate", "--ws-max-size", "--lifespan"]
)
def test_it_serves_sockets_as_the_local_stack_does(name: str) -> None:
    here = local_option(local.web(local.ROOT.name, 8000), name)
    assert option(services()["web"]["command"], name) == here


def test_it_runs_as_many_threads_as_the_local_stack() -> None:
    here = local_option(local.engine_worker("small", "worker"), "--concurrency")
    assert option(services()["worker"]["command"], "--concurrency") == here


@pytest.mark.parametrize("name", OURS)
def test_it_sets_only_variables_that_are_read(name: str) -> None:
    assert set(services()[name]["environment"]) <= variables_read() | READ_BY_LIBRARIES


def test_it_takes_from_the_env_file_what_the_example_offers() -> None:
    assert interpolated() - {"PLAYGROUND_VERSION"} == set(example()) - {"COMPOSE_PROFILES"}
    assert set(example()) >= READ_BY_COMPOSE


def test_it_holds_no_secret_itself() -> None:
    assert all(not value for name, value in example().items() if re.search("KEY|PASSWORD", name))
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert f"${{{name}:?" in (ROOT / "docker-compose.yml").read_text()


@pytest.mark.parametrize("name", [*OURS[1:], *STORES])
def test_it_checks_the_health_of_every_lasting_service(name: str) -> None:
    assert {"test", "interval", "timeout", "retries"} <= set(services()[name]["healthcheck"])


def test_it_asks_the_site_at_a_routed_address_and_its_own_port() -> None:
    web = services()["web"]
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", " ".join(web["healthcheck"]["test"]))
    assert found
    port, path = found.groups()
    assert resolve(path).url_name == "healthz"
    assert port == option(web["command"], "--port")
    assert web["ports"][0].endswith(f":{port}")
    assert "127.0.0.1" in example()["ALLOWED_HOSTS"]


@pytest.mark.parametrize("name", ["worker", "worker-gpu", "sweeper"])
def test_it_pings_the_worker_by_its_own_name(name: str) -> None:
    service = services()[name]
    node = option(service["command"], "--hostname").replace("%h", "$$HOSTNAME")
    assert f'--destination "{node}"' in service["healthcheck"]["test"][1]


def test_it_looks_for_the_schedule_where_beat_writes_it() -> None:
    beat = services()["beat"]
    schedule = Path(option(beat["command"], "--schedule"))
    assert f"find {schedule.parent} -name '{schedule.name}*'" in beat["healthcheck"]["test"][1]
    assert beat["volumes"] == [f"beat:{schedule.parent}"]


@pytest.mark.parametrize("name", OURS)
def test_it_runs_locked_down(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_it_runs_as_an_ordinary_user() -> None:
    assert re.search(r"^USER (?!root)\w+", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)


def test_it_copies_only_what_exists_and_is_not_ignored() -> None:
    allowed = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copies = re.findall(
        r"^COPY (?!--)(\S+)", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE
    )
    for copied in (copy.rstrip("/") for copy in copies):
        assert (ROOT / copied).exists()
        assert copied in allowed


def test_it_is_what_docker_compose_accepts(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    known = docker and subprocess.run(
        [docker, "compose", "version"], capture_output=True, check=False
    )
    if not known or known.returncode:
        pytest.skip("docker compose is not installed")
    filled = tmp_path / "env"
    filled.write_text("".join(f"{name}={value or 'x'}\n" for name, value in example().items()))
    command = [docker, "compose", "--env-file", str(filled), "config", "--quiet"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
