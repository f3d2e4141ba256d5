"""Markdown that people and models write, as HTML that is safe to show.

Two doors: the parser takes no HTML, and the cleaner lets through only what is listed here. No
picture is ever loaded, since its address alone could carry words out of the team.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}


def _picture_in_words(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """What stands for a picture: its description."""
    return escape(f"[picture: {tokens[index].content or 'no description'}]")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default")
    parser.options["breaks"] = True
    parser.renderer.rules["image"] = _picture_in_words  # type: ignore[attr-defined]
    return parser


_markdown = _parser()


def as_html(text: str) -> SafeString:
    """`text` as Markdown, without scripts, pictures or styles. Never fails."""
    html = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308 # nosec: nh3 has cleaned it


def prose(text: str) -> Iterator[str]:
    """The stretches of `text` that are neither code nor address: where a name is a name."""
    for block in _markdown.parse(text):
        run = ""
        for token in block.children or ():
            if token.type == "text":
                run += token.content
            elif token.type.endswith("break"):
                run += "\n"
            elif run:
                yield run
                run = ""
        if run:
            yield run
