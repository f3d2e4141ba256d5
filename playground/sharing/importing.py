"""The verb of imports: everything in a file is made anew in the team, all of it or nothing."""

from typing import TypedDict

from django.db import transaction

from playground.accounts.access import require
from playground.accounts.audit import Origin, record
from playground.accounts.models import AuditAction, Membership
from playground.accounts.roles import Permission
from playground.sharing.exchange.document import Document
from playground.sharing.exchange.library import store_presets, store_prompts
from playground.sharing.exchange.reading import read
from playground.sharing.exchange.sessions import Importing

LISTED = 20


class Imported(TypedDict):
    """What came of an import. `links` are the first sessions' titles and public ids."""

    sessions: int
    runs: int
    answers: int
    prompts: int
    presets: int
    links: list[tuple[str, str]]


def check_import(membership: Membership, content: bytes, shared: bool) -> Document:
    """The document of an uploaded file. Raises Forbidden, or BadFile saying where it is broken."""
    require(membership, Permission.IMPORT)
    if shared:
        require(membership, Permission.SHARE)
    document = read(content)
    if document.prompts or document.presets:
        require(membership, Permission.EDIT_LIBRARY)
    return document


@transaction.atomic
def do_import(membership: Membership, document: Document, shared: bool, origin: Origin) -> Imported:
    """Make all of it, under new ids, with the importer as the author."""
    importing = Importing(
        membership,
        shared,
        versions=store_prompts(membership, document.prompts),
        presets=store_presets(membership, document.presets, shared),
    )
    sessions = [importing.store(session) for session in document.sessions]
    importing.finish()
    imported = Imported(
        sessions=len(sessions),
        runs=sum(len(session.runs) for session in document.sessions),
        answers=len(importing.generations),
        prompts=len(document.prompts),
        presets=len(document.presets),
        links=[(session.title, str(session.public_id)) for session in sessions[:LISTED]],
    )
    counts = {name: count for name, count in imported.items() if name != "links"}
    record(membership.team, origin, AuditAction.DATA_IMPORTED, "a file", shared=shared, **counts)
    return imported
