"""Text that can be kept."""


def storable(text: str) -> str:
    """The text with what neither UTF-8 nor Postgres can hold (lone surrogates, NUL) as U+FFFD."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "\ufffd")
