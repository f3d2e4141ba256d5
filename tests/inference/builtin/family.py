"""Where the shipped models lie, and their names."""

from inference.builtin.card import MEMBERS
from inference.builtin.train import WEIGHTS

SMALL = WEIGHTS
FAMILY = WEIGHTS.parent
NAMES = tuple(MEMBERS)
