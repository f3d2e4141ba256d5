"""Downloading what was exported, and uploading a file to import."""

import json
from typing import Any

from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from playground.accounts.models import User


def download(client: Client, person: User, path: str) -> bytes:
    """The body of an export, as the person gets it."""
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200, path

    async def whole() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(whole)()


def document_of(client: Client, person: User, path: str) -> dict[str, Any]:
    """A JSON export, read."""
    document: dict[str, Any] = json.loads(download(client, person, path))
    return document


def upload(client: Client, person: User, content: bytes | dict[str, Any], **form: str) -> Any:
    """The answer to importing a file."""
    client.force_login(person)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = SimpleUploadedFile("export.json", body, "application/json")
    return client.post("/exchange/", {"file": file, **form})


def document(**parts: Any) -> dict[str, Any]:
    """A file as small as it may be, with these parts."""
    return {"format": "inference-playground", "version": 1, **parts}


def session(**run: Any) -> dict[str, Any]:
    """A session of one run with one lane and one answer; `run` are other parts of the run."""
    return {
        "title": "A fox",
        "runs": [
            {
                "messages": [{"role": "user", "content": "Write about a fox."}],
                "cases": [{"number": 1}],
                "lanes": [lane()],
                **run,
            }
        ],
    }


def lane(**parts: Any) -> dict[str, Any]:
    """One lane with one answer."""
    answer = {"status": "done", "seed": 7, "text": "The fox ran."}
    return {"profile": "small", "settings": {"temperature": 0.5}, "answers": [answer], **parts}
