"""What the ways of sending have in common."""


class Undelivered(Exception):
    """It did not arrive. The message says why, in words that may stand on a page."""
