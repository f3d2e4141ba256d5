"""What pages show of comments: how many a run has, and their text as HTML."""

from django import template
from django.utils.safestring import SafeString

from playground.compare.models import Comparison
from playground.discussion import markup
from playground.discussion.models import Comment

register = template.Library()


@register.simple_tag
def comment_count(comparison: Comparison) -> int:
    """How many comments a run has."""
    return Comment.objects.filter(comparison=comparison).count()


@register.filter
def as_html(text: str) -> SafeString:
    """`{{ body|as_html }}`: Markdown, made safe."""
    return markup.as_html(text)


@register.filter
def lane_letter(position: int) -> str:
    """A for 0, as the lanes are called on the page."""
    return chr(ord("A") + position)


@register.simple_tag
def token_words(comment: Comment) -> str:
    """“token 4” or “tokens 4–9”, counted from 1; "" where they are not known."""
    if comment.first_token is None or comment.last_token is None:
        return ""
    first, last = comment.first_token + 1, comment.last_token + 1
    return f"token {first}" if first == last else f"tokens {first}–{last}"
