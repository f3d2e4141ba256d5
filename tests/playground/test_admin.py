"""The staff's pages: every model is listed, in few queries, without what was said."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inference.models import Generation
from playground.accounts.models import AuditEntry, User
from tests.factories import make_user
from tests.playground.staff_rows import CANARY, MAKERS

pytestmark = pytest.mark.django_db

OURS = ("inference", "playground.")
TERMS = (
    "fox", "7", "-1", "team:7", "team:fox", "9" * 30, "00000000-0000-0000-0000-000000000000",
    "alice@example.com", "%_'\"\\", "\x00", "ⅷ", "a" * 5000,
)  # fmt: skip
EDITED_HERE = {"accounts.User", "analytics.Limits", "analytics.Price", "quotas.Quota"}


def registered() -> list[type[Model]]:
    admin.autodiscover()
    return list(admin.site._registry)


def label(model: type[Model]) -> str:
    return model._meta.label


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def staff(client: Client) -> Client:
    user = make_user("sam")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_it_lists_every_model_of_the_product() -> None:
    models = [m for m in apps.get_models() if m.__module__.startswith(OURS)]
    assert {label(model) for model in models} <= {label(model) for model in registered()}


def test_it_is_tried_with_rows_of_every_model() -> None:
    assert {label(model) for model in registered()} == {label(model) for model in MAKERS}


@pytest.mark.parametrize("model", MAKERS, ids=label)
def test_it_asks_as_much_for_30_rows_as_for_3(staff: Client, model: type[Model]) -> None:
    counted = []
    for rows in (3, 27):
        made = [MAKERS[model]() for _ in range(rows)]
        staff.get(address(model, "changelist"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = staff.get(address(model, "changelist"))
        assert answer.status_code == 200
        assert answer.context["cl"].result_count >= len(made)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12


@pytest.mark.parametrize("model", MAKERS, ids=label)
def test_it_shows_nothing_that_people_wrote(staff: Client, model: type[Model]) -> None:
    row = MAKERS[model]()
    assert CANARY not in staff.get(address(model, "changelist")).content.decode()
    if not model.__module__.startswith(OURS):
        return
    page = staff.get(address(model, "change", row.pk))
    assert page.status_code in (200, 403)
    assert CANARY not in page.content.decode()


@pytest.mark.parametrize("model", MAKERS, ids=label)
def test_it_is_searched_by_anything(staff: Client, model: type[Model]) -> None:
    MAKERS[model]()
    if not admin.site._registry[model].search_fields:
        assert not model.__module__.startswith(OURS), "nothing to search by"
        return
    for term in TERMS:
        answer = staff.get(address(model, "changelist"), {"q": term})
        assert answer.status_code in (200, 302), term


@pytest.mark.parametrize("model", [m for m in MAKERS if m.__module__.startswith(OURS)], ids=label)
def test_it_changes_only_what_is_set_here(staff: Client, model: type[Model]) -> None:
    row = MAKERS[model]()
    if label(model) in EDITED_HERE:
        assert staff.get(address(model, "change", row.pk)).status_code == 200
        return
    assert staff.get(address(model, "add")).status_code == 403
    assert staff.post(address(model, "change", row.pk), {"status": "done"}).status_code == 403
    assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(address(model, "changelist"), chosen)
    assert model._default_manager.filter(pk=row.pk).exists()


def test_it_finds_a_generation_by_number_team_and_request(staff: Client) -> None:
    made = MAKERS[Generation]()
    Generation.objects.filter(pk=made.pk).update(team_id=4711, request_id="of-a-request")
    MAKERS[Generation]()
    for term in (str(made.pk), "team:4711", "of-a-request"):
        answer = staff.get(address(Generation, "changelist"), {"q": term})
        assert [row.pk for row in answer.context["cl"].result_list] == [made.pk], term


def test_it_reads_no_prompt_for_a_list(staff: Client) -> None:
    MAKERS[Generation]()
    with CaptureQueriesContext(connection) as queries:
        staff.get(address(Generation, "changelist"))
    (listing,) = [q["sql"] for q in queries if '"ttft_us"' in q["sql"]]
    assert '"messages"' not in listing
    assert '"token_ids"' not in listing


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/inference/generation/", "/staff/accounts/user/"]
)
def test_it_is_for_staff_only(client: Client, path: str) -> None:
    client.force_login(make_user("bob"))
    answer = client.get(path)
    assert (answer.status_code in (302, 403), b"result_list" in answer.content) == (True, False)


def test_it_does_not_let_staff_raise_themselves(client: Client) -> None:
    from django.contrib.auth.models import Permission

    sam = make_user("sam")
    User.objects.filter(pk=sam.pk).update(is_staff=True)
    sam.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(sam)
    form = {"is_active": "on", "is_staff": "on", "is_superuser": "on", "first_name": "Sam"}
    assert client.post(address(User, "change", sam.pk), form).status_code == 302
    sam.refresh_from_db()
    assert (sam.first_name, sam.is_superuser) == ("Sam", False)


def test_it_keeps_the_log_of_changes(staff: Client) -> None:
    entry = MAKERS[AuditEntry]()
    assert staff.post(address(AuditEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
