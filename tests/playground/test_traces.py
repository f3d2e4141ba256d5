"""One trace from the press of Run to the last token: socket, queue and worker."""

from collections.abc import Iterator

import pytest
import redis
from asgiref.sync import sync_to_async
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from inference import tracing
from inference.engines.scripted import ScriptedEngine
from inference.models import Generation
from inference.profiles import Profile
from inference.runner import Runner
from playground.local.valkey import Valkey
from tests.factories import Cast, make_generation
from tests.playground.compare.page import lane, opened, run
from tests.playground.messages import waiting

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "canary-of-the-prompt"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.install("test", SimpleSpanProcessor(exporter))
    yield exporter
    tracing.remove()


@pytest.fixture
def runner(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    script = {"interval": 0.01, "prefill_delay": 0.05, "queue_delay": 0.02}
    profile = Profile("small", "Scripted", "", "scripted", "scripted", script)
    runner = Runner(ScriptedEngine(profile), "small", "test")
    runner.start()
    yield runner
    runner.stop()


def work_off(runner: Runner, client: redis.Redis) -> None:
    """Do as the task does with what waits on the queue."""
    for row, headers in zip(Generation.objects.order_by("pk"), waiting(client), strict=True):
        with tracing.continued(headers):
            runner.submit(row.pk).result(timeout=10)


async def test_it_is_one_trace_from_the_click_to_the_last_token(
    cast: Cast, valkey: Valkey, runner: Runner, spans: InMemorySpanExporter
) -> None:
    press = run(CANARY, lanes=[lane(max_tokens=8)])
    async with opened(cast.alice) as page:
        await page.ask(press)
        await sync_to_async(work_off)(runner, redis.Redis.from_url(valkey.url))
        await page.event("end")
    made: dict[str, ReadableSpan] = {span.name: span for span in spans.get_finished_spans()}
    assert set(made) == {"run", "generation", "claim", "queue", "prefill", "decode", "finish"}
    assert len({span.context.trace_id for span in made.values()}) == 1
    assert made["run"].parent is None
    assert made["generation"].parent.span_id == made["run"].context.span_id
    assert made["claim"].parent.span_id == made["run"].context.span_id
    inner = set(made) - {"run", "claim", "generation"}
    parents = {made[name].parent.span_id for name in inner}
    assert parents == {made["generation"].context.span_id}
    order = ["queue", "prefill", "decode"]
    assert [made[name].end_time for name in order[:2]] == [made[n].start_time for n in order[1:]]
    assert made["decode"].end_time <= made["finish"].end_time
    attributes = [str(dict(span.attributes)) for span in made.values()]
    assert all(press["key"] in text for text in attributes if "request_id" in text)
    assert not any(CANARY in text for text in attributes)


def test_it_carries_no_words_of_an_error(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=CANARY), tracing.span("run"):
        raise ValueError(CANARY)
    (span,) = spans.get_finished_spans()
    assert CANARY not in span.to_json()


def test_it_costs_nothing_and_carries_nothing_where_it_is_off(runner: Runner) -> None:
    with tracing.span("run"):
        assert tracing.carried() == {}
    row = make_generation(settings={"max_tokens": 2})
    with tracing.continued({"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01"}):
        runner.submit(row.pk).result(timeout=10)
    row.refresh_from_db()
    assert row.status == "done"


@pytest.mark.parametrize("given", ["", "nonsense", "00-0-0-0", "\x00"])
def test_it_begins_anew_after_a_broken_header(spans: InMemorySpanExporter, given: str) -> None:
    with tracing.continued({"traceparent": given, "request_id": None}), tracing.span("generation"):
        pass
    (span,) = spans.get_finished_spans()
    assert span.parent is None


def test_it_is_off_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    tracing.start("web")
    assert tracing.carried() == {}
