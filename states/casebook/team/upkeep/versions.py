"""The next version of the plan: handed in as a file, checked whole, taken back, and put in force (W-46)."""

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team import approval
from states.casebook.team.approval import Standing, named
from states.errors import BadInput, Refused, UnknownRecord
from states.files.packed import FILE, packed, unpacked
from states.ledger import chain
from states.policy import placeholders
from states.policy.misreading import line_of
from states.policy.pack import Pack
from states.policy.reading import LAID_OUT, load_pack, read_zip
from states.settings import Settings
from states.tables import new_id

#: renders every message with the templates of a folder; raises where one is broken
TryTemplates = Callable[[Path | None], None]


class NotInOrder(BadInput):
    """A version that was handed in is not in order; nothing of it was kept.

    Args:
        problems: all that is wrong with it, each as a sentence that says where.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(["The version is not in order. Nothing was kept.", *problems]))


def download(pack: Pack) -> bytes:
    """A version of the plan as a file that may be changed and handed in: its words, and its templates.

    Args:
        pack: which version.
    """
    return packed(parts_of(pack))


def parts_of(pack: Pack) -> dict[str, bytes]:
    """A version of the plan as files, by what each is called in its folder."""
    parts = {FILE: pack.file.read_bytes()}
    if pack.templates_folder is not None:
        folder = pack.templates_folder.name
        parts |= {f"{folder}/{name}": words for name, words in pack.own_templates.items()}
    return parts


def newest(settings: Settings) -> Pack:
    """The version that is to come; where there is none, the one in force.

    Raises:
        BadPolicy: it cannot be read any more.
    """
    return load_pack(settings.pack_to_come or settings.pack_in_force)


def hand_in(
    book: Casebook,
    settings: Settings,
    given: bytes,
    *,
    by: Actor,
    try_templates: TryTemplates,
    of: str = "",
) -> Pack:
    """Keep the next version of the plan, in the place of one that was handed in before; gives it as it reads.

    Args:
        book: the casebook.
        settings: where it is kept.
        given: a zip of the pack's folder, or its file alone.
        by: who hands it in.
        try_templates: tries the pack's own templates.
        of: the digest of the version that it was made of, which then has to be the newest still.

    Raises:
        NotPermitted: they do not run the team.
        Refused: another version is the newest by now.
        BadInput: it is no pack that can be read; NotInOrder: it can, and something in it is wrong.
    """
    permit(by, Act.RUN_TEAM)
    parts = unpacked(given)
    part = settings.home / f"handed_in-{new_id()}.zip"
    try:
        part.touch(mode=0o600)
        part.write_bytes(packed(parts))
        pack = _in_order(part, parts[FILE], try_templates)
        with book.store.write() as connection:
            _tell(book, connection, by, "policy_handed_in", pack)
            if of and newest(settings).digest != of:
                raise Refused(
                    "The newest version of the plan is another one by now. Nothing was kept: read what it "
                    "says first."
                )
            part.replace(settings.next_policy_file)
    finally:
        part.unlink(missing_ok=True)
        _tidy(book, settings)
    return load_pack(str(settings.next_policy_file))


def take_back(book: Casebook, settings: Settings, *, by: Actor) -> None:
    """Take the version back that was handed in.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: none was.
    """
    permit(by, Act.RUN_TEAM)
    _must_be_there(settings)
    with book.store.write() as connection:
        book.lock_team(connection)
        # Also one that a newer release reads no more.
        chain.append_of_team(connection, at=book.clock(), actor=by, what="policy_taken_back")
        settings.next_policy_file.unlink()
    _tidy(book, settings)


def put_in_force(book: Casebook, settings: Settings, digest: str, *, by: Actor) -> Pack:
    """Put the version in force that was handed in and approved; everything starts again with it by itself.

    Args:
        book: the casebook.
        settings: where it is kept.
        digest: the digest of the version that whoever asks has read.
        by: who puts it in force.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: none was handed in.
        Refused: it is another one by now, or nothing on record says that it is approved.
        NotReady: the installation is live, and something in it is a placeholder.
    """
    permit(by, Act.RUN_TEAM)
    _must_be_there(settings)
    pack = load_pack(str(settings.next_policy_file))
    if pack.digest != digest:
        raise Refused(
            "The version that you read was changed meanwhile. Nothing was put in force: read what it says."
        )
    if placeholders.is_live(settings):
        placeholders.require_none(pack, settings)
    with book.store.write() as connection:
        if approval.standing_of(book, connection, pack).standing is not Standing.APPROVED:
            raise Refused(
                f"Nothing on record says that the {pack.annual_review.approved_by} approved this version "
                "(W-46). Nothing was put in force: enter the approval first."
            )
        _tell(book, connection, by, "policy_put_in_force", pack)
        settings.next_policy_file.replace(settings.policy_file)
    return load_pack(settings.pack_in_force)


def _in_order(file: Path, words: bytes, try_templates: TryTemplates) -> Pack:
    """The version in a file.

    Raises:
        NotInOrder: something in it is wrong.
    """
    found = read_zip(file)
    if not isinstance(found, Pack):
        text = words.decode(errors="replace")
        raise NotInOrder([_said(text, key, problem) for key, problem in found])
    try:
        try_templates(found.templates_folder)
    except BadInput as broken:
        raise NotInOrder(str(broken).splitlines()) from None
    return found


def _said(text: str, key: str, problem: str) -> str:
    line = line_of(text, key)
    return f"{f'Near line {line}: ' if line else ''}{key}: {problem}"


def _must_be_there(settings: Settings) -> None:
    if not settings.next_policy_file.exists():
        raise UnknownRecord("No next version of the plan was handed in. Nothing was done.")


def _tell(book: Casebook, connection: Connection, by: Actor, what: str, pack: Pack) -> None:
    book.lock_team(connection)
    told = {"what": what, "version": named(pack), "digest": pack.digest}
    chain.append_of_team(connection, at=book.clock(), actor=by, **told)


def _tidy(book: Casebook, settings: Settings) -> None:
    """Remove what was laid out of versions that nobody goes by."""
    files = [file for file in (settings.policy_file, settings.next_policy_file) if file.exists()]
    used = {book.pack.file.parent.name, *(sha256(file.read_bytes()).hexdigest() for file in files)}
    for folder in (settings.home / LAID_OUT).glob("[0-9a-f]*"):
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)
