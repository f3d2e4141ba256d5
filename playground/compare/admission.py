"""Who has a say before a run is stored: apps above the workbench register here.

The workbench cannot import them, and a run must not be stored without asking them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from playground.compare.storing import NewRun

Gate = Callable[[NewRun], AbstractContextManager[None]]
_gates: list[Gate] = []


def ask_before_storing(gate: Gate) -> None:
    """Enter `gate` around the storing of every run. It raises BadInput to refuse one."""
    if gate not in _gates:
        _gates.append(gate)


@contextmanager
def admitted(run: NewRun) -> Iterator[None]:
    """Within it the run may be stored. Raises BadInput where a gate refuses it."""
    with ExitStack() as stack:
        for gate in _gates:
            stack.enter_context(gate(run))
        yield
