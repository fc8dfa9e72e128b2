"""Nothing that a person wrote lies in the clear, and nothing opens in another place or under another key."""

import re
import secrets
import stat
from base64 import urlsafe_b64encode
from itertools import chain
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import SecretStr
from sqlalchemy import make_url, select, update

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.disclosing import notices
from states.casebook.disclosing.notices import Draft, Leaving
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import correcting, triage
from states.casebook.intake import reports
from states.casebook.plan import meetings
from states.casebook.protecting import orders
from states.casebook.reading import whole_case
from states.casebook.team import members, reviews
from states.contents.inquiry import NoteContent
from states.contents.plans import MinutesContent, ProtectiveOrderContent
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent, ReviewContent
from states.errors import CaseErased, VaultLocked
from states.policy.pack import Pack
from states.settings import Settings
from states.tables import Note, WrappedKey, table_of
from states.vault import FORMAT, SIGNED, TEAM_SCOPE, Vault, digest, make_key_file, open_vault
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY
from tests.states.looking import case, everything, rows

MARK = "ZQXMARKER"

NOTES, KEYS = table_of(Note), table_of(WrappedKey)


def mark(field: str) -> str:
    """A word that is nowhere else, and names its field."""
    return f"{MARK}-{field}"


def fill(book: Casebook) -> Walk:
    """Put a marked text into every field that a person writes."""
    walk = Walk(book, mark)
    chair = MemberContent(name=mark("member"), address=mark("address"), phone=mark("phone"))
    members.enrol(book, "chair", chair, by=walk.chair, offices=["student_affairs"], roles=walk.chair.roles)
    walk.reintegrating()
    number = walk.closed()
    subject = SubjectContent(
        name=mark("name"), site="deming", identifiers={IdentifierKind.CAMPUS_ID: mark("id")}
    )
    correcting.correct_subject(book, number, subject, by=walk.chair)
    triage.note(book, number, NoteContent(text=mark("note"), with_whom=mark("witness")), by=walk.chair)
    order = ProtectiveOrderContent(protects=mark("protected"), against=mark("against"), court=mark("court"))
    orders.file(book, number, order, by=walk.chair)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=book.clock())
    minutes = MinutesContent(present=("chair",), minutes=mark("minutes"), suggestions=(mark("suggestion"),))
    meetings.hold(book, number, meeting, minutes, by=walk.chair)
    review = ReviewContent(sections_revised=mark("review"))
    reviews.record_review(book, review, by=walk.chair, approved_by=mark("approver"), effective_at=MONDAY)
    prepare_notice(book)
    return walk


def prepare_notice(book: Casebook) -> None:
    """Write a notice down, with a marked address and context."""
    claim = claiming.claim_due(book, limit=1, kinds=[EffectKind.CLOSE_OUT], by=SYSTEM)[0]
    claiming.assign(book, claim.lease, "run")
    work = attempts.begin(book, claim.effect_id, "run", by=SYSTEM)
    assert work is not None
    draft = Draft("disposition", "reporter", mark("reporter.address"), {"text": mark("context")})
    notices.prepare(book, work, [Leaving(draft, "<1@wnmu.example>", None)])


def test_no_text_of_a_person_lies_in_any_column(book: Casebook) -> None:
    """Neither as text nor as bytes, in no table."""
    walk = fill(book)
    assert MARK in str(walk.records("TAT-2026-0001", "reports"))
    for table, found in everything(book).items():
        for value in chain.from_iterable(found):
            shown = value if isinstance(value, bytes) else str(value).encode()
            assert MARK.encode() not in shown, f"{table} shows a person's text"
            assert MARK.lower().encode() not in shown, f"{table} shows a person's text"


def test_no_text_of_a_person_lies_in_the_file(quick_book: Casebook) -> None:
    """Neither in the database nor in its log, while it is open and after it is closed."""
    fill(quick_book)
    folder = Path(make_url(quick_book.store.url).database or "").parent
    seen = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"silver_city" in seen
    assert b"moderate-1" in seen or b"mild-1" in seen
    assert MARK.encode() not in seen
    quick_book.close()
    assert MARK.encode() not in b"".join(file.read_bytes() for file in folder.iterdir())


def test_an_erased_cases_key_lies_nowhere_any_more(quick_book: Casebook) -> None:
    """Who gets the file and the master key afterwards gets nothing."""
    walk = Walk(quick_book)
    number = walk.closed()
    scope = case(quick_book, number).id
    (row,) = rows(quick_book, WrappedKey, KEYS.c.scope == scope)
    folder = Path(make_url(quick_book.store.url).database or "").parent
    assert row.wrapped in b"".join(file.read_bytes() for file in folder.iterdir())
    walk.erase(number)
    assert row.wrapped not in b"".join(file.read_bytes() for file in folder.iterdir())
    with pytest.raises(CaseErased):
        whole_case.dossier(quick_book, number, by=walk.chair)


def test_a_text_that_was_moved_to_another_row_does_not_open(book: Casebook) -> None:
    """Nobody can put one record's words under another's name."""
    walk = Walk(book)
    number = walk.reported()
    first, second = (
        triage.note(book, number, NoteContent(text=text), by=walk.chair) for text in ("One.", "Two.")
    )
    with book.store.write() as connection:
        sealed = connection.scalar(select(NOTES.c.content).where(NOTES.c.id == first))
        connection.execute(update(NOTES).where(NOTES.c.id == second).values(content=sealed))
    with pytest.raises(VaultLocked, match="ledger verify"):
        walk.records(number, "notes")


def test_a_wrapped_key_that_was_moved_does_not_open(walk: Walk) -> None:
    """A case's key opens nothing but that case."""
    number, other = walk.reported(), walk.reported()
    mine = case(walk.book, number).id
    with walk.book.store.write() as connection:
        stolen = connection.scalar(select(KEYS.c.wrapped).where(KEYS.c.scope == case(walk.book, other).id))
        connection.execute(update(KEYS).where(KEYS.c.scope.in_([mine, TEAM_SCOPE])).values(wrapped=stolen))
    with pytest.raises(VaultLocked, match="does not fit"):
        walk.records(number, "reports")
    with pytest.raises(VaultLocked, match="does not fit"):
        members.members(walk.book, by=SYSTEM)


def test_another_master_key_opens_nothing_and_seals_nothing(walk: Walk, pack: Pack) -> None:
    """Not even a new case can be begun under a key that does not fit."""
    number = walk.reported()
    before = everything(walk.book)
    wrong = Casebook(walk.book.store, Vault(secrets.token_bytes(32)), pack, walk.book.clock)
    report = ReportContent.read({"behaviour_of_concern": "x", "subject": {"site": "deming"}})
    with pytest.raises(VaultLocked, match="does not fit this casebook"):
        whole_case.dossier(wrong, number, by=walk.chair)
    with pytest.raises(VaultLocked, match="does not fit this casebook"):
        reports.report(wrong, report, by=walk.chair)
    with pytest.raises(VaultLocked, match="does not fit this casebook"):
        members.members(wrong, by=SYSTEM)
    assert everything(walk.book) == before


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused(length: int) -> None:
    """Only 32 bytes are a master key."""
    with pytest.raises(VaultLocked, match=f"has {length} bytes instead of 32"):
        Vault(bytes(length))


def test_the_key_file_is_its_owners_and_is_made_once(tmp_path: Path) -> None:
    """Nobody else reads it, and a second start does not write over it."""
    path = tmp_path / "home" / "master.key"
    make_key_file(path)
    made = path.read_bytes()
    make_key_file(path)
    assert path.read_bytes() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_master_key_comes_from_the_environment_before_the_file(tmp_path: Path) -> None:
    """What the environment holds is the key; else the file is; else there is none."""
    settings = Settings(home=tmp_path)
    with pytest.raises(VaultLocked, match="no master key"):
        open_vault(settings)
    make_key_file(settings.key_file)
    from_file = open_vault(settings).blind("email", "x")
    given = SecretStr(urlsafe_b64encode(secrets.token_bytes(32)).decode())
    assert open_vault(Settings(home=tmp_path, master_key=given)).blind("email", "x") != from_file


@pytest.mark.parametrize("text", ["not base64 at all", "AAAA", "ключ", "="])
def test_a_master_key_that_is_none_is_not_repeated(tmp_path: Path, text: str) -> None:
    """The sentence says that it is wrong, never what it was."""
    with pytest.raises(VaultLocked) as refusal:
        open_vault(Settings(home=tmp_path, master_key=SecretStr(text)))
    assert text not in str(refusal.value) or text == "="


def test_a_key_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    """Half a key is none."""
    settings = Settings(home=tmp_path)
    make_key_file(settings.key_file)
    settings.key_file.write_bytes(settings.key_file.read_bytes()[:20])
    with pytest.raises(VaultLocked, match="instead of 32"):
        open_vault(settings)


def test_equal_people_have_equal_indexes_and_nothing_else_has(master_key: bytes) -> None:
    """Case, composed accents and blanks make no difference; kind and key do."""
    vault = Vault(master_key)
    index = vault.blind("email", "José  Sample@people.example")
    assert index == vault.blind("email", " jose\u0301 sample@PEOPLE.example ")
    assert index != vault.blind("campus_id", "José  Sample@people.example")
    assert index != Vault(secrets.token_bytes(32)).blind("email", "José  Sample@people.example")
    assert re.fullmatch(r"[0-9a-f]{64}", index)


def test_equal_texts_look_different_when_sealed(master_key: bytes) -> None:
    """A ciphertext tells nothing by being like another, and its digest neither."""
    vault = Vault(master_key)
    key = vault.unwrap("case", vault.new_key("case"))
    first, second = (key.seal("notes", "1", {"text": "x"}) for _ in range(2))
    assert first != second
    assert digest(first) != digest(second)


def test_a_signature_is_checked_by_whoever_has_the_public_half(master_key: bytes) -> None:
    """Who signed is seen without the master key; under another one, signatures are others."""
    vault, other = Vault(master_key), Vault(secrets.token_bytes(32))
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vault.public_key))
    public.verify(bytes.fromhex(vault.sign(b"x")), b"x")
    for signed, message in ((vault.sign(b"x"), b"y"), (other.sign(b"x"), b"x")):
        with pytest.raises(InvalidSignature):
            public.verify(bytes.fromhex(signed), message)


def test_nobody_without_the_master_key_unsays_that_the_ledger_is_signed(master_key: bytes) -> None:
    """The wrapped key says so for good, under any master key; made to say otherwise, it does not open."""
    vault, other = Vault(master_key), Vault(secrets.token_bytes(32))
    said = vault.saying_signed(TEAM_SCOPE, vault.new_key(TEAM_SCOPE))
    sealed = vault.unwrap(TEAM_SCOPE, said).seal("notes", "1", {"text": "x"})
    kept = vault.rewrap(TEAM_SCOPE, said, other)
    assert kept[:1] == said[:1] == SIGNED
    assert other.unwrap(TEAM_SCOPE, kept).open("notes", "1", sealed) == {"text": "x"}
    with pytest.raises(VaultLocked, match="does not fit"):
        vault.unwrap(TEAM_SCOPE, FORMAT + said[1:])
