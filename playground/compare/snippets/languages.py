"""A request as a person would write it: for a shell, for Python and for JavaScript.

The address and the key are read from OPENAI_BASE_URL and OPENAI_API_KEY, which OpenAI's own client
reads too: no key stands in code that is copied about.
"""

import json
from dataclasses import dataclass
from typing import Any

from playground.compare.snippets.wire import WireRequest

WIDTH = 76
CURL = """\
curl --no-buffer "$OPENAI_BASE_URL/{path}" \\
  --header "Authorization: Bearer $OPENAI_API_KEY" \\
  --header "Content-Type: application/json" \\
  --data-binary @- <<'REQUEST'
{body}
REQUEST
"""
PYTHON = """\
from openai import OpenAI

client = OpenAI()  # the address and the key: OPENAI_BASE_URL and OPENAI_API_KEY
stream = client.{method}.create(
{arguments}
)
for chunk in stream:
    for choice in chunk.choices:
        print({piece} or "", end="", flush=True)
"""
JAVASCRIPT = """\
const response = await fetch(`${{process.env.OPENAI_BASE_URL}}/{path}`, {{
  method: "POST",
  headers: {{
    "Authorization": `Bearer ${{process.env.OPENAI_API_KEY}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify({body}),
}});
if (!response.ok) throw new Error(await response.text());
let rest = "";
for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {{
  const lines = (rest + bytes).split("\\n");
  rest = lines.pop();
  for (const line of lines) {{
    if (!line.startsWith("data: {{")) continue;
    const {{ choices }} = JSON.parse(line.slice(6));
    for (const choice of choices) process.stdout.write({piece} ?? "");
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code that can be run as it stands; `id` is fit for an address or an element's id."""

    id: str
    title: str
    code: str


def snippets_of(request: WireRequest) -> tuple[Snippet, ...]:
    """The request in each language."""
    piece = "choice.text" if request.is_text else "choice.delta.content"
    method = "completions" if request.is_text else "chat.completions"
    python = PYTHON.format(arguments=_arguments(request), method=method, piece=piece)
    javascript = JAVASCRIPT.format(body=_indented(request), path=request.path, piece=piece)
    return (
        Snippet("curl", "curl", CURL.format(body=_json(request.body), path=request.path)),
        Snippet("python", "Python", python),
        Snippet("javascript", "JavaScript", javascript),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _indented(request: WireRequest) -> str:
    return _json(request.body).replace("\n", "\n  ")


def _arguments(request: WireRequest) -> str:
    """Keyword arguments: OpenAI's client takes what it does not know in `extra_body`."""
    given = {
        "model": request.model,
        **request.asked,
        **request.standard,
        "stream": True,
    }
    if request.added:
        given["extra_body"] = dict(request.added)
    return "\n".join(f"    {name}={_literal(value)}," for name, value in given.items())


def _literal(value: Any, depth: int = 1) -> str:
    """Python's form of a JSON value, on one line where it fits.

    A JSON string is a Python string.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list):
        return repr(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    items = (
        [f"{_literal(key)}: {_literal(item, depth + 1)}" for key, item in value.items()]
        if isinstance(value, dict)
        else [_literal(item, depth + 1) for item in value]
    )
    line = opening + ", ".join(items) + closing
    if len(line) <= WIDTH and "\n" not in line:
        return line
    margin = "    " * (depth + 1)
    body = "".join(f"{margin}{item},\n" for item in items)
    return f"{opening}\n{body}{margin[4:]}{closing}"
