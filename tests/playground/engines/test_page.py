"""What the engines' page shows of each profile, and to whom it offers what."""

import html
import re

import pytest
import redis
from django.test import Client

from inference.exporting import Family, _encoder, figures_key
from inference.workers import Heartbeat, State, beat_sync
from playground.local.valkey import Valkey
from tests.factories import Cast, make_generation
from tests.playground.engines.conftest import Supervise

pytestmark = pytest.mark.django_db(transaction=True)
NODE = "quick@here:1"


def beat(store: redis.Redis, state: State = "ready", **more: object) -> None:
    """A worker of the quick profile that lives."""
    heartbeat = Heartbeat(
        profile="quick", node=NODE, state=state, running=2, capacity=64, pid=1, **more
    )  # type: ignore[arg-type]
    beat_sync(store, heartbeat)


def shown(client: Client, name: str = "quick") -> str:
    """The words of one profile's row."""
    page = client.get("/engines/").content.decode()
    row = re.search(rf'<li class="engine[^"]*" id="engine-{name}".*?</li>', page, re.DOTALL)
    assert row, page
    words = re.sub(r"<[^>]+>", " ", row[0])
    return " ".join(html.unescape(words).split())


def buttons(client: Client) -> set[str]:
    page = client.get("/engines/").content.decode()
    return set(re.findall(r'<button class="[^"]*" id="([^"]+)"', page))


def test_it_lists_what_cannot_start_with_the_reason(
    cast: Cast, client: Client, supervise: Supervise
) -> None:
    client.force_login(cast.alice)
    supervise()
    page = client.get("/engines/").content.decode()
    ready, _, unable = page.partition("Cannot start on this machine")
    assert "Gone words" in unable
    assert "The model&#x27;s folder is missing: /no/such/folder." in unable
    assert "Gone words" not in ready
    assert "start-gone" not in buttons(client)


def test_it_offers_buttons_to_owners_admins_and_staff(
    cast: Cast, client: Client, supervise: Supervise
) -> None:
    supervise()
    for person, offered in ((cast.alice, True), (cast.bob, False), (cast.vera, False)):
        client.force_login(person)
        assert ("start-quick" in buttons(client)) is offered, person
        assert "How quick words are." in shown(client)
    cast.vera.is_staff = True
    cast.vera.save()
    client.force_login(cast.vera)
    assert "start-quick" in buttons(client)


@pytest.mark.parametrize(
    ("state", "more", "words", "button"),
    [
        ("starting", {"since": 14, "phase": "loading the weights"}, "Starting, 14 s", "stop"),
        ("starting", {"phase": "warming up", "deaths": 2}, "it died 2× before", "stop"),
        ("waiting", {"reason": "It needs 900 MiB."}, "It needs 900 MiB.", "stop"),
        ("failed", {"reason": "No <b>folder</b>."}, "No <b>folder</b>.", "start"),
        ("stopped", {"reason": "It was idle for 10 min."}, "It was idle for 10 min.", "start"),
        ("stopping", {}, "Stopping", None),
    ],
)
def test_it_says_how_an_engine_stands(
    cast: Cast, client: Client, supervise: Supervise, state: str, more: dict[str, object],
    words: str, button: str | None,
) -> None:  # fmt: skip
    client.force_login(cast.alice)
    supervise(state, **more)
    assert words in shown(client)
    offered = {name for name in buttons(client) if name.endswith("-quick")}
    assert offered == ({f"{button}-quick"} if button else set())


def test_it_shows_the_figures_of_an_engine_that_runs(
    cast: Cast, client: Client, store: redis.Redis, supervise: Supervise
) -> None:
    client.force_login(cast.alice)
    supervise("ready", resident_mib=412)
    beat(store, engine="scripted", dtype="bfloat16", device="cpu", attention="CPU_ATTN")
    make_generation(profile="quick")
    waiting = Family(
        "vllm:num_requests_waiting", "gauge", "", [("vllm:num_requests_waiting", {}, 3)]
    )
    store.set(figures_key("quick", NODE), _encoder.encode([waiting]))
    words = shown(client)
    assert "Running 2 Waiting 4 Memory 412 MiB" in words
    assert "Precision bfloat16" in words
    assert "Attention backend CPU_ATTN" in words
    assert "Device cpu" in words


def test_it_shows_the_model_card_of_one_that_does_not_run(
    cast: Cast, client: Client, supervise: Supervise
) -> None:
    client.force_login(cast.alice)
    supervise()
    words = shown(client, "small")
    for figure in ("Layers 4", "Attention heads 4, with 2 for keys", "Context 1,024 tokens"):
        assert figure in words


def test_it_shows_the_workers_of_a_cluster_and_leaves_starting_to_the_operator(
    cast: Cast, client: Client, store: redis.Redis
) -> None:
    client.force_login(cast.alice)
    beat(store, "loading")
    page = client.get("/engines/").content.decode()
    assert "by whoever operates this installation" in page
    assert "Starting" in shown(client)
    assert "No worker" in shown(client, "small")
    assert buttons(client) == set()


def test_it_renews_the_list_alone(cast: Cast, client: Client, supervise: Supervise) -> None:
    client.force_login(cast.vera)
    supervise()
    part = client.get("/engines/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="engine-quick"' in part
    assert "<html" not in part


def test_it_says_that_valkey_is_away(cast: Cast, client: Client, valkey: Valkey) -> None:
    client.force_login(cast.alice)
    valkey.kill()
    try:
        answer = client.get("/engines/")
    finally:
        valkey.restart()
    assert answer.status_code == 200
    assert "Valkey cannot be reached" in answer.content.decode()
