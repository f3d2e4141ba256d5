"""Reading what was run: the list of sessions, the list of runs, and the state of one run."""

from playground.compare.history.sessions import PAGE, SessionPage, sessions_of
from playground.compare.history.state import comparison_state, generation_state

__all__ = ["PAGE", "SessionPage", "comparison_state", "generation_state", "sessions_of"]
