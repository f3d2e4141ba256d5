"""Whether lanes differ: what the pages say of runs with known times, and for how many."""

from collections.abc import Sequence

import pytest
from django.test import Client
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from playground.compare.insight.answers import answers_of_run, answers_of_runs
from playground.compare.insight.statistics import MEASURES, statistics_of
from playground.compare.models import Comparison
from tests.factories import Cast, generations_of
from tests.playground.compare.insight_runs import measured_run

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = [100 + place for place in range(10)]
FAST = [time - 40 - place % 3 for place, time in enumerate(SLOW)]


def shown(client: Client, cast: Cast, path: str, **asked: object) -> str:
    client.force_login(cast.alice)
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_a_difference_that_all_pairs_share(cast: Cast) -> None:
    found = statistics_of(answers_of_run(measured_run(cast.alice, [SLOW, FAST])))
    assert found is not None
    line = found.measured[0].lines[0]
    assert (line.pairs, line.shown, line.verdict) == (10, True, "sooner")
    assert line.tone == "good"
    assert line.median == "−41.0 ms"


def test_it_corrects_all_comparisons_together_as_statsmodels_does(cast: Cast) -> None:
    mixed = [time + (5 if place % 4 else -5) for place, time in enumerate(SLOW)]
    found = statistics_of(answers_of_run(measured_run(cast.alice, [SLOW, FAST, mixed])))
    assert found is not None
    lines = [line for one in found.measured for line in one.lines]
    below = [binomtest(10, 10).pvalue, binomtest(7, 10).pvalue]
    raw = [*below * 3, 1.0, 1.0]
    assert [line.p for line in lines] == [_written(p) for p in raw]
    holm = multipletests(raw, method="holm")[1]
    assert [line.adjusted for line in lines] == [_written(p) for p in holm]
    assert found.comparisons == len(MEASURES) * 2


def _written(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def test_it_shows_none_where_the_pairs_disagree(cast: Cast) -> None:
    mixed = [time + (1 if place % 2 else -1) for place, time in enumerate(SLOW)]
    found = statistics_of(answers_of_run(measured_run(cast.alice, [SLOW, mixed])))
    assert found is not None
    assert found.measured[0].lines[0].verdict == "no difference shown"
    assert found.measured[0].lines[0].tone == ""


def test_it_says_of_one_pair_that_it_says_nothing(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [50]])
    page = shown(client, cast, f"{run.get_absolute_url()}insight/")
    assert "One pair says nothing about a difference" in page


def test_it_compares_with_the_lane_asked_for(cast: Cast) -> None:
    answers = answers_of_run(measured_run(cast.alice, [SLOW, FAST, SLOW]))
    found = statistics_of(answers, "B")
    assert found is not None
    assert [line.arm.letter for line in found.measured[0].lines] == ["A", "C"]
    assert found.measured[0].lines[0].verdict == "later"
    assert found.measured[0].lines[0].tone == "warn"


def test_it_counts_what_came_to_a_good_end_as_statsmodels_does(cast: Cast) -> None:
    run = measured_run(cast.alice, [SLOW, FAST])
    for row in generations_of(run.session)[:3]:
        row.status, row.finish_reason = "failed", "error"
        row.save()
    found = statistics_of(answers_of_run(run))
    assert found is not None
    low, high = proportion_confint(7, 10, method="wilson")
    assert found.rates[0].done == f"7 of 10 (70%, 95% interval {low:.0%} to {high:.0%})"
    assert found.measured[0].lines[0].pairs == 7


def test_it_says_where_seeds_differ(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [SLOW, FAST])
    path = f"{run.get_absolute_url()}insight/"
    assert "Not all pairs have the same seed" not in shown(client, cast, path)
    row = generations_of(run.session)[0]
    row.seed = 99
    row.save()
    assert "Not all pairs have the same seed" in shown(client, cast, path)


def several(cast: Cast, times: Sequence[float]) -> Comparison:
    """Runs of a session in which the lanes change places."""
    settings = [{"temperature": 0.0, "seed": 1}, {"temperature": 1.0, "seed": 1}]
    run = measured_run(cast.alice, [[100], [60]], settings=settings)
    for place, time in enumerate(times):
        lanes = [[100 + time], [60 + time]]
        swapped = place % 2
        run = measured_run(
            cast.alice, lanes[::-1] if swapped else lanes, session=run.session,
            settings=settings[::-1] if swapped else settings,
        )  # fmt: skip
    return run


def test_it_pairs_runs_of_a_session_by_what_their_lanes_are(cast: Cast, client: Client) -> None:
    run = several(cast, range(7))
    found = statistics_of(answers_of_runs(list(run.session.comparisons.order_by("number"))))
    assert found is not None
    line = found.measured[0].lines[0]
    assert (line.pairs, line.verdict, line.median) == (8, "sooner", "−40.0 ms")
    page = shown(client, cast, f"/sessions/{run.session.public_id}/insight/")
    assert "sooner" in page
    assert "Temperature 0" in page


def test_it_takes_the_runs_that_are_picked(cast: Cast, client: Client) -> None:
    run = several(cast, range(7))
    page = shown(client, cast, f"/sessions/{run.session.public_id}/insight/", run=["2", "5", "77"])
    assert page.count(" checked") == 2
    assert "no difference shown" in page


def test_it_takes_at_most_eight_kinds_of_lane(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100]] * 8)
    settings = [{"temperature": 0.5, "top_k": place} for place in range(2)]
    measured_run(cast.alice, [[100]] * 2, session=run.session, settings=settings)
    answers = answers_of_runs(list(run.session.comparisons.all()))
    assert (len(answers.arms), answers.left_out) == (8, 2)
    page = shown(client, cast, f"/sessions/{run.session.public_id}/insight/")
    assert "2 kinds of lane beyond" in page


def test_it_shows_of_a_session_only_what_a_teammate_may_see(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [SLOW, FAST])
    hidden = measured_run(cast.alice, [SLOW, FAST], session=run.session)
    Comparison.objects.filter(pk=hidden.pk).update(shared=False, name="Not for Bob")
    client.force_login(cast.bob)
    answer = client.get(f"/sessions/{run.session.public_id}/insight/", {"run": ["1", "2"]})
    assert "Not for Bob" not in answer.content.decode()
