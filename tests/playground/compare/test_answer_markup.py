"""Markdown of an answer: formatted, highlighted, and nothing of it runs."""

import re

import pytest

from playground.compare.answer_markup import as_html

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](https://elsewhere.example/?q=secret)",
    '```"><script>alert(1)</script>\ncode\n```',
    "```html\n<script>alert(1)</script>\n```",
    '```python class="x" onmouseover=alert(1)\ncode\n```',
    "<style>*{display:none}</style>",
    '<form action="https://elsewhere.example"><input name=x></form>',
    "| <b onclick=alert(1)>a</b> |\n|---|\n| b |",
)
TAG = re.compile(r"<\s*/?\s*([a-z0-9]+)([^>]*)>", re.IGNORECASE)
HARMLESS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre",
    "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_it_lets_nothing_run_or_load(text: str) -> None:
    for name, attributes in TAG.findall(as_html(text)):
        assert name.lower() in HARMLESS
        assert not re.search(r"\bon\w+\s*=|style\s*=|src\s*=", attributes, re.IGNORECASE)
        assert not re.search(r"(javascript|data|vbscript):", attributes, re.IGNORECASE)


def test_it_formats_and_highlights() -> None:
    html = as_html(
        "# Title\n\n- **one**\n\n```python\ndef fox(): return 1\n```\n\n| a |\n|-|\n| b |"
    )
    for part in ("<h1>Title</h1>", "<strong>one</strong>", "<td>b</td>"):
        assert part in html
    assert '<span class="code-k">def</span>' in html


def test_it_shows_code_of_an_unknown_kind_plain() -> None:
    assert "<span" not in as_html("```nonsense-9\ndef fox(): ...\n```")


def test_it_shows_a_very_long_answer_as_it_is() -> None:
    assert as_html("<b>**" * 10_000).startswith("<p>&lt;b&gt;**")


@pytest.mark.parametrize("text", ["[" * 5000, "*" * 20_000, "> " * 3000 + "x", "`" * 9999, "\x00"])
def test_it_bears_any_text(text: str) -> None:
    assert isinstance(as_html(text), str)
