"""What to make of several answers to one prompt: which is shown, and how the others voted."""

from inference.strategies.choice import Choice, Drawn, choose

__all__ = ["Choice", "Drawn", "choose"]
