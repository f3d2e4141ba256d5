"""Token counts while one types: by the model's own tokenizer, without an engine."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from django.test import Client
from tokenizers.pre_tokenizers import ByteLevel

from inference.remote_tokenizing import TIMEOUT_SECONDS, Split, byte_alphabet
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db
HELLO = [{"role": "user", "content": "What is KV caching?"}]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.vera)
    return client


def ask(browser: Client, path: str = "/tokens/count/", **request: Any) -> Any:
    asked = {"messages": HELLO, "profiles": ["small"], **request}
    return browser.post(path, {"request": json.dumps(asked)})


def count(browser: Client, **request: Any) -> dict[str, Any]:
    [found] = ask(browser, **request).json()["lanes"]
    return dict(found)


def test_it_counts_with_the_chat_template(browser: Client) -> None:
    found = count(browser)
    bare = count(browser, messages=[{"role": "text", "content": HELLO[0]["content"]}])
    assert found["exact"]
    assert found["tokens"] > bare["tokens"] > 3
    assert found["context"] > 100


def test_it_counts_the_longest_case(browser: Client) -> None:
    messages = [{"role": "user", "content": "Tell me about {{a}}"}]
    cases = [{"a": "x"}, {"a": "the fox, the owl and the lantern"}, {"a": ""}]
    short = count(browser, messages=messages, cases=cases[:1])
    assert count(browser, messages=messages, cases=cases)["tokens"] > short["tokens"]


def test_it_counts_each_lane_and_models_alike_once(browser: Client) -> None:
    lanes = ask(browser, profiles=["small", "small", "no-prefix-cache"]).json()["lanes"]
    assert len({each["tokens"] for each in lanes}) == 1


def test_it_shows_the_tokens_and_they_make_the_prompt(browser: Client) -> None:
    content = "Ein Füchslein 🦊 <b>ruft</b>"
    answer = ask(browser, "/tokens/", messages=[{"role": "text", "content": content}])
    found = answer.context["found"]
    assert "".join(piece.text for piece in found.pieces) == content
    assert found.total == len(found.pieces)
    assert "&lt;b&gt;" in answer.content.decode() or "<b>" not in answer.content.decode()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"profiles": ["no such"]}, "no such"),
        ({"profiles": ["small"] * 9}, "9 lanes; at most 8"),
        ({"messages": [{"role": "user", "content": "x" * 200_001}]}, "at most 200,000"),
        ({"messages": HELLO * 2 + [{"role": "text"}]}, "not understood"),
        (
            {
                "messages": [{"role": "user", "content": "{{a}}" * 9}],
                "cases": [{"a": "x" * 99_999}],
            },
            "899,991 characters",
        ),
    ],
)
def test_it_says_what_it_cannot_count(
    browser: Client, request_: dict[str, Any], words: str
) -> None:
    answer = ask(browser, **request_)
    assert answer.status_code == 422
    assert words in answer.json()["problem"]
    shown = ask(browser, "/tokens/", **request_)
    assert shown.status_code == 200


def test_it_checks_a_form_for_the_answer(browser: Client) -> None:
    def problem(kind: str, text: str) -> str:
        answer = browser.post("/form/", {"kind": kind, "text": text})
        return str(answer.json()["problem"])

    assert problem("json", '{"type": "object"}') == ""
    assert "not valid JSON" in problem("json", "{")
    assert "repeats a repetition" in problem("regex", "(a+)+")
    assert "at most 64" in problem("choice", "\n".join(map(str, range(65))))
    assert "rule called start" in problem("grammar", "a: b")


def test_it_loads_no_torch_to_count() -> None:
    words = (
        "import sys; from inference.profiles import profile;"
        "from inference.tokenizing import tokenizer_of;"
        "found = tokenizer_of(profile('small'));"
        "assert found.count([{'role': 'user', 'content': 'Hello'}]) > 1;"
        "sys.exit(bool({'torch', 'transformers', 'vllm'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0


class Tokenizing(BaseHTTPRequestHandler):
    """Answers as vLLM's tokenizer route does, or with what `refusal` says."""

    refusal: int | None = None
    slow = False
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, "key": self.headers["Authorization"], **body})
        found: dict[str, Any] = {
            "count": 4, "max_model_len": 64, "tokens": [5, 6, 7, 8],
            "token_strs": ["What", "ĠisĊ", "Ã", "©"] if body["return_token_strs"] else None,
        }  # fmt: skip
        if self.slow:
            time.sleep(TIMEOUT_SECONDS * 1.5)
        if self.refusal:
            found = {"error": {"message": "the template refuses this"}}
        self.send_response(self.refusal or 200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Tokenizing]]:
    handler = type("Handler", (Tokenizing,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PLAYGROUND_OPENAI_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("PLAYGROUND_OPENAI_KIND", "vllm")
        monkeypatch.setenv("PLAYGROUND_OPENAI_KEY", "secret")
        yield handler
        server.shutdown()


def test_a_remote_vllm_counts_and_splits_by_its_own_tokenizer(
    browser: Client, remote: type[Tokenizing]
) -> None:
    found = count(browser, profiles=["openai"])
    assert (found["tokens"], found["context"], found["exact"]) == (4, 64, True)
    assert remote.asked[0]["path"] == "/tokenize"
    assert remote.asked[0]["key"] == "Bearer secret"
    assert remote.asked[0]["messages"] == HELLO
    shown = ask(browser, "/tokens/", profiles=["openai"]).context["found"]
    pieces = [(piece.id, piece.text, piece.joined) for piece in shown.pieces]
    assert pieces == [(5, "What", False), (6, " is\n", False), (7, "", False), (8, "é", True)]


def test_it_says_why_a_remote_vllm_refuses_a_prompt(
    browser: Client, remote: type[Tokenizing]
) -> None:
    remote.refusal = 400
    assert "the template refuses this" in count(browser, profiles=["openai"])["problem"]
    shown = ask(browser, "/tokens/", profiles=["openai"]).context["problem"]
    assert "the template refuses this" in shown


def test_it_estimates_while_a_remote_vllm_does_not_answer_and_leaves_it_alone(
    browser: Client, remote: type[Tokenizing]
) -> None:
    remote.refusal = 500
    for _ in range(3):
        assert not count(browser, profiles=["openai"])["exact"]
    assert len(remote.asked) == 1
    shown = ask(browser, "/tokens/", profiles=["openai"]).context["problem"]
    assert "Try again in a moment" in shown


def test_it_asks_a_slow_remote_vllm_again(browser: Client, remote: type[Tokenizing]) -> None:
    remote.slow = True
    assert not count(browser, profiles=["openai"])["exact"]
    remote.slow = False
    assert count(browser, profiles=["openai"])["exact"]


def test_it_reads_tokens_as_sentencepiece_writes_them() -> None:
    split = Split(4, 64, [1, 2, 3, 4], ["▁Caf", "<0xC3>", "<0xA9>", "</s>"])
    assert "".join(piece.text for piece in split.pieces()) == " Café</s>"


def test_the_letters_of_bytes_are_those_of_the_models_own_tokenizer() -> None:
    assert set(byte_alphabet()) == set(ByteLevel.alphabet())
    assert sorted(byte_alphabet().values()) == list(range(256))
