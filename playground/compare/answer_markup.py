"""An answer's Markdown as HTML that is safe to show, its code highlighted.

Two doors: the parser takes no HTML, and the cleaner lets through only what is listed here. No
picture is ever loaded: its address, which a model wrote, could carry words out of the team.
"""

from collections.abc import Sequence
from typing import Any

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
PREFIX = "code-"
CLASSES = {"span": {PREFIX + name for name in STANDARD_TYPES.values() if name}}
MOST_FORMATTED = 30_000
"""Characters of an answer, more than 4,096 tokens usually have: a longer one is shown as it is, for
there are texts that the parser takes the square of their length for."""
_formatter = HtmlFormatter(nowrap=True, classprefix=PREFIX)


def _picture_in_words(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """What stands for a picture: its description."""
    return escape(f"[picture: {tokens[index].content or 'no description'}]")


def _highlighted(code: str, language: str, _attributes: str) -> str:
    """The code's HTML; "" leaves it plain."""
    if not language:
        return ""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    html: str = highlight(code, lexer, _formatter)
    return html


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"highlight": _highlighted, "breaks": True})
    parser.renderer.rules["image"] = _picture_in_words  # type: ignore[attr-defined]
    return parser


_markdown = _parser()


def as_html(text: str) -> SafeString:
    """`text` as Markdown, without scripts, pictures or styles. Never fails."""
    if len(text) > MOST_FORMATTED:
        return format_html("<p>{}</p>", text)
    html = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308 # nosec: nh3 has cleaned it
