"""The page's rows: each profile with where its engine stands, and what may be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from redis.exceptions import RedisError

from inference import launches
from inference.exporting import Family, published
from inference.launches import Launch, Supervision
from inference.models import Generation, Status
from inference.profiles import ModelCard, Profile, context_length, model_card, profiles, unavailable
from inference.stores import valkey
from inference.workers import Heartbeat, living
from playground.engines.figures import Live, live_of

LOADING, READY = "loading", "ready"
WORDS = {
    "stopped": "Stopped",
    "waiting": "Waiting for memory",
    "starting": "Starting",
    "ready": "Ready",
    "stopping": "Stopping",
    "failed": "Failed",
    "draining": "Stopping",
    "restarting": "Restarting",
    "absent": "No worker",
    "unavailable": "Cannot start here",
}
TONES = {"ready": "good", "failed": "bad", "waiting": "warn", "starting": "warn"}


@dataclass(frozen=True)
class Row:
    """One profile. `supervised` is whether it can be started from here; `queued` counts what waits
    for it in Postgres."""

    profile: Profile
    unavailable: str = ""
    supervised: bool = False
    launch: Launch | None = None
    beats: Sequence[Heartbeat] = ()
    figures: Sequence[Sequence[Family]] = ()
    queued: int = 0

    @cached_property
    def state(self) -> str:
        """A key of WORDS: as the supervisor says, else as its workers do. A worker's heartbeat
        outlives it for some seconds."""
        if self.launch is not None and (self.launch.state != "stopped" or not self.unavailable):
            return self.launch.state
        if self.beats and self.launch is None:
            states = {beat.state for beat in self.beats}
            found = READY if READY in states else min(states)
            return "starting" if found == LOADING else found
        if self.unavailable:
            return "unavailable"
        return "stopped" if self.supervised else "absent"

    @property
    def words(self) -> str:
        """The state on its badge; with how long it has been starting."""
        if self.state == "starting" and self.launch is not None:
            return f"Starting, {self.launch.seconds} s"
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "plain")

    @property
    def is_up(self) -> bool:
        return self.state == READY

    @property
    def running(self) -> int:
        return sum(beat.running for beat in self.beats)

    @cached_property
    def live(self) -> Live:
        return live_of(self.figures)

    @property
    def waiting(self) -> int:
        """What waits for a worker, and what waits inside its engine."""
        return self.queued + self.live.waiting

    @property
    def ends(self) -> int:
        """How many answers a stop would end."""
        return self.running + self.queued

    @property
    def can_start(self) -> bool:
        return not self.unavailable and self.state in ("stopped", "failed")

    @property
    def can_stop(self) -> bool:
        always = self.launch is not None and self.launch.always
        return not always and self.state in ("waiting", "starting", "ready")

    @cached_property
    def card(self) -> ModelCard | None:
        return model_card(self.profile)

    @cached_property
    def described(self) -> Heartbeat | None:
        """What a worker says of its engine, once it has loaded."""
        return next((beat for beat in self.beats if beat.engine), None)

    @property
    def context(self) -> int | None:
        if self.described is not None and self.described.context_length:
            return self.described.context_length
        return None if self.unavailable else context_length(self.profile)

    @property
    def model_name(self) -> str:
        """Its name, or its folder's: where that lies is nobody's business but the operator's."""
        return (
            self.profile.model.rstrip("/").rpartition("/")[2]
            if self._is_local
            else (self.profile.model)
        )

    @property
    def _is_local(self) -> bool:
        return self.profile.model.startswith(("/", "."))

    @property
    def precision(self) -> str:
        """What the numbers are kept in: as the engine says, else as it is told."""
        if self.described is not None and self.described.dtype:
            return self.described.dtype
        return str(self.profile.engine_args.get("dtype", ""))


@dataclass(frozen=True)
class Board:
    """The whole page. `supervision` is None where starting engines is the operator's, `reachable`
    False where Valkey cannot be asked."""

    rows: Sequence[Row]
    supervision: Supervision | None = None
    reachable: bool = True
    manages: bool = False

    @property
    def here(self) -> list[Row]:
        return [row for row in self.rows if row.state != "unavailable"]

    @property
    def elsewhere(self) -> list[Row]:
        """Those that cannot start on this machine, with the reason."""
        return [row for row in self.rows if row.state == "unavailable"]

    @property
    def idle(self) -> str:
        """How long an engine may be idle, in words."""
        seconds = self.supervision.idle_seconds if self.supervision else 0
        return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"

    @property
    def offers_buttons(self) -> bool:
        return self.manages and self.supervision is not None


def board_for(*, manages: bool) -> Board:
    """Every profile as it stands now."""
    queued = _queued()
    try:
        found = launches.supervision(valkey())
        beats = living(valkey())
        figures = published(
            valkey(), [(b.profile, b.node) for held in beats.values() for b in held]
        )
    except RedisError:
        rows = [Row(one, unavailable(one), queued=queued.get(name, 0)) for name, one in _all()]
        return Board(rows, reachable=False)
    known: Mapping[str, Launch] = found.launches if found else {}
    rows = [
        Row(
            one,
            unavailable(one),
            found is not None,
            known.get(name),
            beats.get(name, ()),
            [
                figures[(b.profile, b.node)]
                for b in beats.get(name, ())
                if (name, b.node) in figures
            ],
            queued.get(name, 0),
        )
        for name, one in _all()
    ]
    return Board(rows, found, manages=manages)


def _all() -> Sequence[tuple[str, Profile]]:
    return list(profiles().items())


def _queued() -> dict[str, int]:
    """What waits for a worker, by profile."""
    waiting = Generation.objects.filter(status=Status.QUEUED).values("profile")
    return dict(waiting.annotate(count=Count("pk")).values_list("profile", "count").order_by())
