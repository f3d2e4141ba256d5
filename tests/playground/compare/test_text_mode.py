"""A text that the models go on from: stored as it is, shown as what it is."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference.models import Generation
from playground.compare.models import Case
from tests.factories import Cast
from tests.playground.compare.page import opened, run

pytestmark = pytest.mark.django_db(transaction=True)
BEGUN = "  Once upon a time there was a fox who\n"


def text(content: str) -> list[dict[str, str]]:
    return [{"role": "text", "content": content}]


async def test_it_keeps_every_blank_of_the_text(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(messages=text(BEGUN)))
    assert [row.messages async for row in Generation.objects.all()] == [text(BEGUN)] * 2
    assert answer["session"]["title"] == "Once upon a time there was a fox who"


async def test_it_fills_variables_in_a_text_too(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run(messages=text("A {{a}}"), cases=[{"a": "fox"}, {"a": "owl"}]))
    rows = {row.messages[0]["content"] async for row in Generation.objects.all()}
    assert (rows, await Case.objects.acount()) == ({"A fox", "A owl"}, 2)


async def test_it_opens_a_stored_text_as_a_text(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(messages=text(BEGUN)))
    browser = Client()
    await sync_to_async(browser.force_login)(cast.alice)
    page_shown = await sync_to_async(browser.get)(answer["comparison"]["url"])
    assert (page_shown.context["mode"], page_shown.context["prompt"]) == ("text", BEGUN)
    listed = await sync_to_async(browser.get)("/runs/")
    assert "Once upon a time" in listed.content.decode()


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (text(""), "Write a text first"),
        (text("a\x00"), "NUL"),
        (text("x" * 200_001), "200,001 characters; at most 200,000"),
        ([*text("a"), {"role": "user", "content": "b"}], "is one message, without any other"),
        (text("a") * 2, "is one message, without any other"),
    ],
)
async def test_it_refuses_what_is_no_text(
    cast: Cast, messages: list[dict[str, Any]], words: str
) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(messages=messages))
    assert words in answer["message"]
    assert await Generation.objects.acount() == 0
