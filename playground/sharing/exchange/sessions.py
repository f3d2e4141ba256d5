"""Puts a file's sessions into the team's history, as runs that the importer made and that ended."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from django.db.models.functions import Now

from inference.models import TERMINAL, Generation, Source, Status
from playground.accounts.models import Membership
from playground.compare.models import Case, Comparison, Lane, Sample, Session
from playground.prompts.models import Preset
from playground.prompts.tags import check_tags
from playground.sharing.exchange.checking import checked_settings
from playground.sharing.exchange.document import Answer, ExchangedLane, ExchangedSession, Run, Turn
from playground.sharing.exchange.library import Versions
from playground.sharing.exchange.writing import COPIED

AT_A_TIME = 200
UNTITLED = "Imported session"
UNENDED = "It had not ended when it was exported."


@dataclass(slots=True)
class Importing:
    """One import: for whom, seen by whom, and what its runs may refer to."""

    membership: Membership
    shared: bool
    versions: Versions
    presets: Mapping[str, Preset]
    generations: list[Generation] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def store(self, given: ExchangedSession) -> Session:
        """Make the session with its runs, in the file's order."""
        session = Session.objects.create(
            team_id=self.membership.team_id,
            author_id=self.membership.user_id,
            title=given.title if given.title.strip() else UNTITLED,
            shared=self.shared,
            runs=len(given.runs),
        )
        for number, run in enumerate(given.runs, 1):
            self._store_run(session, number, run)
        return session

    def finish(self) -> None:
        """Store what was gathered: the many rows, in few statements."""
        Generation.objects.bulk_create(self.generations, batch_size=AT_A_TIME)
        for sample in self.samples:
            sample.generation_id = sample.generation.pk
        Sample.objects.bulk_create(self.samples, batch_size=AT_A_TIME)

    def _store_run(self, session: Session, number: int, run: Run) -> None:
        used = run.prompt
        comparison = Comparison.objects.create(
            session=session,
            team_id=self.membership.team_id,
            author_id=self.membership.user_id,
            source=Source.IMPORT,
            number=number,
            key=uuid.uuid4(),
            messages=_messages(run.messages),
            prompt_version=self.versions[used.prompt, used.version] if used else None,
            shared=self.shared,
            lane_order=run.lane_order,
            lane_order_seed=run.lane_order_seed,
            name=run.name,
            tags=check_tags(run.tags),
            pinned_at=Now() if run.pinned else None,
            profiles=sorted({lane.profile for lane in run.lanes}),
            statuses=sorted({_status(item) for lane in run.lanes for item in lane.answers}),
        )
        cases = self._store_cases(comparison, run)
        for position, lane in enumerate(run.lanes):
            self._store_lane(comparison, position, lane, cases)

    def _store_cases(self, comparison: Comparison, run: Run) -> dict[int, Case]:
        rows = [
            Case(
                comparison=comparison,
                team_id=self.membership.team_id,
                number=case.number,
                variables=case.variables,
            )
            for case in run.cases
        ]
        return {case.number: case for case in Case.objects.bulk_create(rows)}

    def _store_lane(
        self, comparison: Comparison, position: int, given: ExchangedLane, cases: dict[int, Case]
    ) -> None:
        lane = Lane.objects.create(
            comparison=comparison,
            team_id=self.membership.team_id,
            position=position,
            profile=given.profile,
            settings=checked_settings(given.settings),
            preset=self.presets[given.preset] if given.preset else None,
        )
        for answer in given.answers:
            generation = self._generation(comparison, lane, answer)
            self.generations.append(generation)
            self.samples.append(
                Sample(
                    lane=lane,
                    case=cases[answer.case],
                    team_id=self.membership.team_id,
                    number=answer.sample,
                    generation=generation,
                )
            )

    def _generation(self, comparison: Comparison, lane: Lane, answer: Answer) -> Generation:
        """An ended row, whatever the file says: nothing that is imported runs."""
        messages = _messages(answer.messages) if answer.messages else comparison.messages
        columns = {name: getattr(answer, name) for name in COPIED}
        columns |= {"status": _status(answer), "settings": checked_settings(answer.settings)}
        if answer.status not in TERMINAL:
            columns["error"] = answer.error or UNENDED
        return Generation(
            **columns,
            team_id=self.membership.team_id,
            user_id=self.membership.user_id,
            source=Source.IMPORT,
            profile=lane.profile,
            messages=messages,
            finished_at=Now(),
        )


def _status(answer: Answer) -> str:
    return answer.status if answer.status in TERMINAL else Status.INTERRUPTED


def _messages(turns: list[Turn]) -> list[dict[str, str]]:
    return [msgspec.structs.asdict(turn) for turn in turns]
