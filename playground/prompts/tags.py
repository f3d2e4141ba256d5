"""Tags: a few words each, written in small letters so that one tag is not two."""

from collections.abc import Iterable

MAX_TAGS = 20
MAX_TAG_LENGTH = 40


class BadTags(ValueError):
    """Too many, or one too long. The message says which."""


def check_tags(given: Iterable[str]) -> list[str]:
    """The tags to store, each once, in the order given. Raises BadTags naming the limit."""
    words = (" ".join(tag.lower().split()) for tag in given)
    tags = list(dict.fromkeys(tag for tag in words if tag))
    if len(tags) > MAX_TAGS:
        raise BadTags(f"{len(tags)} tags; at most {MAX_TAGS}.")
    for tag in tags:
        if len(tag) > MAX_TAG_LENGTH:
            raise BadTags(
                f"The tag “{tag[:20]}…” has {len(tag)} characters; at most {MAX_TAG_LENGTH}."
            )
    return tags


def split_tags(text: str) -> list[str]:
    """What was typed, taken apart at commas and line breaks."""
    return text.replace("\n", ",").split(",")
