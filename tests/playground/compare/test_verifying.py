"""A run done again: the same request, and what differs in what came."""

import uuid

import pytest
from django.test import Client

from inference.models import Generation
from playground.accounts.models import User
from playground.compare.models import Comparison
from playground.prompts.models import Preset
from tests.factories import Cast, generations_of
from tests.playground.compare.insight_runs import measured_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
SETTINGS = [{"temperature": 0.5, "samples": 2, "seed": None}, {"temperature": 0.0, "max_tokens": 9}]


def again(client: Client, user: User, run: Comparison, key: object = "") -> Comparison:
    """Press the button; returns the run that follows."""
    client.force_login(user)
    answer = client.post(f"{run.get_absolute_url()}insight/again/", {"key": str(key)})
    assert answer.status_code == 302
    assert answer["Location"].endswith("insight/#verified")
    return Comparison.objects.latest("pk")


def ended_as(before: Comparison, after: Comparison) -> None:
    """Let the second run's answers be the first's."""
    for one, two in zip(answers(before), answers(after), strict=True):
        columns = {
            field.name: getattr(one, field.name)
            for field in Generation._meta.concrete_fields
            if field.name not in ("id", "seed", "settings", "messages", "profile")
        }
        Generation.objects.filter(pk=two.pk).update(**columns)


def answers(run: Comparison) -> list[Generation]:
    rows = Generation.objects.filter(sample__lane__comparison=run)
    return list(rows.order_by("sample__lane__position", "sample__number"))


def page_of(client: Client, run: Comparison) -> str:
    return client.get(f"{run.get_absolute_url()}insight/").content.decode()


def test_it_asks_for_the_same_once_more(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100, 110], [120]], settings=SETTINGS)
    after = again(client, cast.alice, run)
    assert (after.repeats_id, after.session_id, after.messages) == (
        run.pk, run.session_id, run.messages,
    )  # fmt: skip
    first, second = answers(run), answers(after)
    assert [row.seed for row in second] == [row.seed for row in first]
    assert [row.settings["temperature"] for row in second] == [0.5, 0.5, 0.0]
    assert [row.profile for row in second] == ["small"] * 3


def test_it_keeps_the_order_that_was_drawn(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[1], [1], [1], [1]], lane_order="sequential", lane_order_seed=7)
    one, two = again(client, cast.alice, run), again(client, cast.alice, run)
    assert (one.lane_order, one.lane_order_seed) == ("sequential", 7)
    turns = [[row.turn for row in answers(each)] for each in (one, two)]
    assert turns[0] == turns[1]


def test_a_teammate_repeats_it_without_a_preset_that_is_not_theirs(
    cast: Cast, client: Client
) -> None:
    run = measured_run(cast.alice, [[100]])
    preset = Preset.objects.create(
        name="Cold", settings={"temperature": 0.0}, team=cast.team, author=cast.alice
    )
    run.lanes.update(preset=preset)
    after = again(client, cast.bob, run)
    assert after.author == cast.bob
    assert after.lanes.get().preset is None


def test_pressing_twice_runs_once(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100]])
    key = uuid.uuid4()
    assert again(client, cast.alice, run, key) == again(client, cast.alice, run, key)


def test_it_says_that_every_token_is_the_same(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100, 110], [120]], settings=SETTINGS)
    after = again(client, cast.alice, run)
    assert "3 answers not ended yet." in page_of(client, after)
    ended_as(run, after)
    page = page_of(client, after)
    assert "All 3 answers are identical, token by token." in page
    assert "Repeated as" in page_of(client, run)


def test_it_names_the_first_token_that_differs(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [120]])
    after = again(client, cast.alice, run)
    ended_as(run, after)
    Generation.objects.filter(pk=answers(after)[1].pk).update(
        token_ids=[1, 9, 3], engine_version="2"
    )
    page = page_of(client, after)
    assert "1 of 2 answers came out otherwise." in page
    assert "Differs from token 2 on: (id 2) became (id 9)." in page
    assert "version of the engine: none → 2" in page


def test_it_compares_nothing_that_was_stopped(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100]])
    after = again(client, cast.alice, run)
    ended_as(run, after)
    Generation.objects.filter(pk=answers(after)[0].pk).update(status="stopped")
    assert "Stopped now: there is nothing to compare." in page_of(client, after)


def test_a_profile_that_is_gone_is_said_in_place(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100]])
    run.lanes.update(profile="retired")
    client.force_login(cast.alice)
    answer = client.post(f"{run.get_absolute_url()}insight/again/")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert Comparison.objects.count() == 1


def test_a_teammate_sees_no_verdict_against_a_private_run(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100]])
    after = again(client, cast.alice, run)
    Comparison.objects.filter(pk=run.pk).update(shared=False)
    Comparison.objects.filter(pk=after.pk).update(shared=True)
    client.force_login(cast.bob)
    assert "Verified against" not in page_of(client, after)


def test_it_still_opens_where_the_first_run_is_gone(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100]])
    after = again(client, cast.alice, run)
    generations_of(run.session)
    Comparison.objects.filter(pk=run.pk).delete()
    assert "Verified against" not in page_of(client, after)
