"""How each command about the installation is called, and what makes ready for it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from states.access import SYSTEM
from states.casebook.effects import listing
from states.casebook.intake import logbook
from states.casebook.landing import kept
from states.casebook.team import reviews
from states.contents.team import ReviewContent
from states.ledger import anchors, mark
from states.ledger.anchors import Anchor
from states.policy.reading import load_pack
from states.vocabulary.effects import EffectStatus
from tasks.signs_of_life import Household, Part, noted
from tests.cases.walking import Walk
from tests.console.cli.calls.making import Words, as_it_is, file_of
from tests.console.conftest import Tat

LOG = (
    b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    b"Lost Property,Somewhere,1/1/19 7:48 AM,1/1/19 2:00 AM,Somebody lost a hat,Closed,19-00001\n"
    b"Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-00002\n"
)


def _redrive(_tat: Tat, walk: Walk) -> Words:
    walk.reported()
    (owed, *_) = listing.effects(walk.book, by=SYSTEM, status=EffectStatus.PENDING)
    return ["effects", "redrive", owed.effect_id[:12]]


def _anchor(tat: Tat, walk: Walk) -> Anchor:
    tat.json("ledger", "checkpoint")
    with walk.book.store.read() as connection:
        newest = anchors.newest(connection)
    assert newest is not None
    return newest


def _check_anchor(tat: Tat, walk: Walk) -> Words:
    return ["ledger", "check-anchor", _anchor(tat, walk).line]


def _accept_copy(tat: Tat, walk: Walk) -> Words:
    # What a machine keeps that has seen more than the database holds.
    mark.put(tat.home / "ledger.mark", replace(_anchor(tat, walk), number=99))
    return ["ledger", "accept-copy"]


def _take(tat: Tat, _walk: Walk) -> Words:
    tat.json("import-log", file_of(tat, LOG), "--site", "silver_city")
    (row, *_) = tat.json("intake", "list")
    return ["intake", "take", row["entry_id"], file_of(tat, tat.example("intake", "take"))]


def _set_aside(_tat: Tat, walk: Walk) -> Words:
    logbook.keep(walk.book, b"A newsletter.", "This is no report.")
    (came,) = kept.waiting(walk.book, by=walk.chair)
    return ["intake", "set-aside", came.entry_id, "--reason", "A newsletter."]


def _undo(tat: Tat, _walk: Walk) -> Words:
    came = tat.json("import-log", file_of(tat, LOG), "--site", "silver_city")
    return ["intake", "undo", came["import_id"], "--reason", "The wrong file."]


def _take_in(tat: Tat, _walk: Walk) -> Words:
    (tat.home / "tips").mkdir(exist_ok=True)
    door = f"[mailroom]\nuse = 'mail_folder'\nsite = 'deming'\nfolder = '{tat.home}/tips'\n"
    (tat.home / "doors.toml").write_text(door)
    return ["intake", "take-in"]


def _sources(tat: Tat) -> None:
    kinds = ("registrar", "human_resources", "past_contacts")
    text = '[invented]\nuse = "scripted"\n' + "".join(
        f'[invented.answers.{kind}]\nanswer = "not_found"\n' for kind in kinds
    )
    (tat.home / "sources.toml").write_text(text)


def _check_sources(tat: Tat, _walk: Walk) -> Words:
    _sources(tat)
    return ["sources", "check"]


def _restore(tat: Tat, walk: Walk) -> Words:
    walk.reported()
    made = tat.json("backup")
    walk.book.close()
    for file in tat.home.glob("casebook.db*"):
        file.unlink()
    return ["restore", made["file"]]


#: the notes of a `tat up` that runs, for as long as a test does
NOTES = ExitStack()


def _health(tat: Tat, _walk: Walk) -> Words:
    now = datetime.now(UTC)
    note = NOTES.enter_context(noted(tat.home))
    note.write(Household(now, (Part("alarm lane", "alarm-lane.log", since=now),)))
    return ["health"]


def _plan(tat: Tat, walk: Walk) -> str:
    """A next version of the plan, as a file."""
    text = walk.book.pack.file.read_text(encoding="utf-8")
    return file_of(tat, text.replace('version = "2013-02-05"', 'version = "2027-01-10"').encode())


def _hand_in(tat: Tat, walk: Walk) -> Words:
    return ["policy", "hand-in", _plan(tat, walk)]


def _take_back(tat: Tat, walk: Walk) -> Words:
    tat.json(*_hand_in(tat, walk))
    return ["policy", "take-back"]


def _put_in_force(tat: Tat, walk: Walk) -> Words:
    digest = tat.json(*_hand_in(tat, walk))["digest"]
    now, said = walk.book.clock(), ReviewContent(sections_revised="Invented.")
    coming = load_pack(str(tat.home / "next_policy.zip"))
    reviews.record_review(
        walk.book, said, by=walk.chair, effective_at=now, approved_by="invented-body", pack=coming
    )
    return ["policy", "put-in-force", digest]


#: for each command, what makes a case ready for it, and how it is then called
CALLS: dict[str, Callable[[Tat, Walk], Words]] = {
    "init": as_it_is("init"),
    "health": _health,
    "deadlines": as_it_is("deadlines"),
    "import-log": lambda tat, _walk: ["import-log", file_of(tat, LOG), "--site", "silver_city"],
    "circuits": as_it_is("circuits"),
    "keys rotate": as_it_is("keys", "rotate"),
    "backup": as_it_is("backup"),
    "restore": _restore,
    "effects let-go": as_it_is("effects", "let-go", "--all"),
    "effects list": as_it_is("effects", "list"),
    "effects redrive": _redrive,
    "ledger verify": as_it_is("ledger", "verify"),
    "ledger check-files": as_it_is("ledger", "check-files", "--read"),
    "ledger team": as_it_is("ledger", "team"),
    "ledger checkpoint": as_it_is("ledger", "checkpoint"),
    "ledger anchor": as_it_is("ledger", "anchor"),
    "ledger check-anchor": _check_anchor,
    "ledger accept-copy": _accept_copy,
    "sources list": as_it_is("sources", "list"),
    "sources check": _check_sources,
    "offices list": as_it_is("offices", "list"),
    "offices check": as_it_is("offices", "check"),
    "offices new": lambda tat, _walk: ["offices", "new", "ticket_desk", "--in", str(tat.home.parent)],
    "sources new": lambda tat, _walk: ["sources", "new", "campus_cards", "--in", str(tat.home.parent)],
    "process show": as_it_is("process", "show"),
    "policy check": as_it_is("policy", "check"),
    "policy show": as_it_is("policy", "show"),
    "policy download": lambda tat, _walk: ["policy", "download", str(tat.home.parent / "plan.zip")],
    "policy hand-in": _hand_in,
    "policy take-back": _take_back,
    "policy put-in-force": _put_in_force,
    "policy approval": as_it_is("policy", "approval"),
    "intake list": as_it_is("intake", "list"),
    "intake formats": as_it_is("intake", "formats"),
    "intake imports": as_it_is("intake", "imports"),
    "intake undo": _undo,
    "intake take": _take,
    "intake set-aside": _set_aside,
    "intake take-in": _take_in,
    "notices list": as_it_is("notices", "list"),
    "notices preview": as_it_is("notices", "preview", "reminder"),
}
