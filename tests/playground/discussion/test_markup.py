"""Markdown as HTML: nothing in it runs, and nothing is fetched."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.discussion.markup import as_html, prose

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:alert(1))",
    "<svg/onload=alert(1)>",
    "<iframe src=https://evil.example>",
    '<div style="background:url(https://evil.example)">',
    "![x](https://evil.example/?words)",
    "![x][1]\n\n[1]: https://evil.example/?words",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "```html\n<script>alert(1)</script>\n```",
    "| a |\n|:-:|\n| <b onclick=alert(1)>b</b> |",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")


@pytest.mark.parametrize("text", HOSTILE)
def test_it_runs_nothing_and_loads_nothing(text: str) -> None:
    for _, name, attributes in TAG.findall(as_html(text)):
        assert name not in ("script", "img", "svg", "iframe", "div", "style"), text
        assert not re.search(r"\bon\w+=(?![^\"]*\")|\bsrc=|style=|javascript:|data:", attributes)


def test_it_says_what_a_picture_shows() -> None:
    assert "[picture: a &lt;fox&gt;]" in as_html("![a <fox>](https://evil.example/fox.png)")


def test_it_shows_marks_lists_code_and_links() -> None:
    html = as_html("**hot** `a < b`\n\n- one\n\n[docs](https://docs.example)")
    for part in ("<strong>hot</strong>", "<code>a &lt; b</code>", "<li>one</li>",
                 'href="https://docs.example"', "noopener"):  # fmt: skip
        assert part in html


def test_it_keeps_the_lines_as_typed() -> None:
    assert "<br>" in as_html("one\ntwo")


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_it_takes_any_text(text: str) -> None:
    assert "<script" not in as_html(text)
    list(prose(text))


def test_it_leaves_code_and_addresses_out_of_the_prose() -> None:
    said = " ".join(prose("a @bob_fox `@alice` [c](https://x.example/@vera)\n\n```\n@dan\n```"))
    assert "@bob_fox" in said
    for name in ("@alice", "@vera", "@dan"):
        assert name not in said
