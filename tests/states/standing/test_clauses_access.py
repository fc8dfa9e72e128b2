"""The clauses on who sees and does what: need to know, and a record of it."""

from io import BytesIO

import pytest
from sqlalchemy import delete, select, update

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.inquiry import triage
from states.casebook.intake import logbook
from states.casebook.lookups import asking
from states.casebook.plan import doing
from states.casebook.reading import timeline, whole_case
from states.casebook.record import integrity
from states.casebook.team import members, reviews
from states.casebook.triggers import acting
from states.contents.inquiry import NoteContent
from states.contents.team import ReviewContent
from states.errors import BadInput, CaseErased, LedgerBroken, NotPermitted, Refused, UnknownRecord
from states.tables import Review, TeamEvent, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock
from states.vocabulary.people import Verdict
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, everything, rows, running, verified

REVIEWS = table_of(Review)

LOG = (
    b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    b"Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-00002\n"
)


def owned_from_outside(walk: Walk) -> tuple[str, str, str]:
    """A monitored case whose nurse owns an action and is not on it; her action's id, and another's."""
    number = walk.monitored()
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    by_owner = {row["owner"]: row["id"] for row in walk.records(number, "plan_actions")}
    return number, by_owner["nurse"], by_owner["officer"]


@pytest.mark.clause("W-39")
def test_the_owner_of_an_action_completes_it_from_outside_the_case(walk: Walk) -> None:
    """She reads, reports on and completes that one action; her report is on the case's record."""
    number, hers, _ = owned_from_outside(walk)
    nurse = members.actor(walk.book, "nurse")
    (mine,) = doing.own_actions(walk.book, number, by=nurse)
    assert (mine.action_id, mine.what, mine.done_at) == (hers, "invented-action-nurse", None)
    doing.report_on_action(walk.book, number, hers, "He did not come.", by=nurse)
    assert Clock.PLAN_ACTION in running(walk.book, number)
    doing.complete_action(walk.book, number, hers, by=nurse, report="He came.")
    (done,) = [row for row in walk.records(number, "plan_actions") if row["done_at"]]
    assert done["id"] == hers
    said = [row["content"]["text"] for row in walk.records(number, "remarks") if row["about"] == hers]
    assert said == ["He did not come.", "He came."]
    read = [event for event in timeline.timeline(walk.book, number, by=walk.chair) if event.actor == "nurse"]
    assert [event.what for event in read] == [
        "participation_confirmed",
        "read",
        "action_reported_on",
        "action_completed",
    ]


@pytest.mark.clause("W-39")
def test_the_owner_of_an_action_does_nothing_else_of_the_case(walk: Walk) -> None:
    """Neither another one's action, nor a draft's, nor a note; and she sees nothing of the rest."""
    number, hers, another = owned_from_outside(walk)
    nurse = members.actor(walk.book, "nurse")
    before = everything(walk.book)
    for refused in (
        lambda: doing.complete_action(walk.book, number, another, by=nurse),
        lambda: doing.report_on_action(walk.book, number, another, "x", by=nurse),
        lambda: doing.complete_action(walk.book, number, "none", by=nurse),
        lambda: triage.note(walk.book, number, NoteContent(text="x"), by=nurse),
        lambda: whole_case.dossier(walk.book, number, by=nurse),
    ):
        with pytest.raises(UnknownRecord, match="no case under that number"):
            refused()
    with pytest.raises(NotPermitted):
        doing.own_actions(walk.book, number, by=members.actor(walk.book, "dean"))
    with pytest.raises(BadInput, match="empty"):
        doing.report_on_action(walk.book, number, hers, "  ", by=nurse)
    with pytest.raises(UnknownRecord):
        doing.complete_action(walk.book, number, "none", by=walk.chair)
    assert everything(walk.book) == before


@pytest.mark.clause("W-39")
def test_an_action_of_a_draft_is_nobodys_yet(walk: Walk) -> None:
    """Only a plan in force gives its owners anything to do."""
    number = walk.planned()
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    (hers,) = [row["id"] for row in walk.records(number, "plan_actions") if row["owner"] == "nurse"]
    with pytest.raises(NotPermitted):
        doing.complete_action(walk.book, number, hers, by=members.actor(walk.book, "nurse"))


@pytest.mark.clause("P-04")
def test_a_record_is_erased_when_its_retention_has_ended(book: Casebook, watch: Watch) -> None:
    """Not a day before, and then without anybody's leave."""
    walk = Walk(book)
    number = walk.closed()
    custodian = members.actor(book, "custodian")
    for _ in range(2):
        before = everything(book)
        with pytest.raises(Refused, match=r"kept until 2033-02-02; only the chair .* with a reason"):
            disposition.erase(book, number, by=custodian)
        assert everything(book) == before
        watch.forward(days=2556)
    watch.forward(days=1)
    disposition.erase(book, number, by=custodian)
    with pytest.raises(CaseErased):
        whole_case.dossier(book, number, by=walk.chair)
    assert disposition.early_erasures(book, number, by=custodian) == []


@pytest.mark.clause("P-04")
def test_a_record_is_erased_early_for_a_reason_of_the_chairs_that_outlasts_it(
    book: Casebook, watch: Watch
) -> None:
    """The reason is kept when nothing else is left, and vouched for by the case's ledger."""
    walk = Walk(book)
    number = walk.closed()
    custodian = members.actor(book, "custodian")
    with pytest.raises(NotPermitted, match="it is for: chair"):
        disposition.allow_erasure(book, number, by=custodian, because="x")
    with pytest.raises(BadInput, match="Say why"):
        disposition.allow_erasure(book, number, by=walk.chair, because=" ")
    disposition.allow_erasure(book, number, by=walk.chair, because="A court said so.")
    watch.forward(days=1)
    disposition.erase(book, number, by=custodian)
    (kept,) = disposition.early_erasures(book, number, by=custodian)
    assert (kept.by, kept.reason) == ("chair", "A court said so.")
    assert timeline.timeline(book, number, by=walk.chair)[-1].data["early"] is True
    verified(book)
    with pytest.raises(UnknownRecord, match="no case"):
        disposition.early_erasures(book, "none", by=custodian)


@pytest.mark.clause("P-04")
def test_a_leave_to_erase_ends_when_the_case_is_reopened(walk: Walk) -> None:
    """It was given for the record as it was."""
    number = walk.closed()
    disposition.allow_erasure(walk.book, number, by=walk.chair, because="A court said so.")
    walk.act(number, "reopen", {"reason": "New facts."})
    with pytest.raises(Refused, match="only a closed case"):
        disposition.allow_erasure(walk.book, number, by=walk.chair, because="x")
    walk.assess(number, Level.NONE)
    for kind in {query["kind"] for query in walk.records(number, "source_queries")}:
        asking.waive_source(walk.book, number, SourceKind(kind), by=walk.chair, because="x")
    walk.act(number, "assess")
    walk.dispose(number)
    walk.act(number, "close")
    with pytest.raises(Refused, match="is kept until"):
        disposition.erase(walk.book, number, by=members.actor(walk.book, "custodian"))


@pytest.mark.clause("W-46")
def test_who_approved_a_review_lies_nowhere_in_clear(book: Casebook) -> None:
    """It is sealed with the review; what an older schema kept in clear is sealed when it is brought up."""
    walk = Walk(book)
    content = ReviewContent(sections_revised="Section 4.")
    now = book.clock()
    for approver in ("Pat Example", "Kim Example"):
        reviews.record_review(book, content, by=walk.chair, approved_by=approver, effective_at=now)
    with book.store.write() as connection:
        older = connection.scalar(select(REVIEWS.c.id).limit(1))
        connection.execute(update(REVIEWS).where(REVIEWS.c.id == older).values(approved_by="Sam Example"))
    assert reviews.seal_approvals(book, by=SYSTEM) == 1
    assert reviews.seal_approvals(book, by=SYSTEM) == 0
    assert [row.approved_by for row in rows(book, Review)] == [None, None]
    with book.store.read() as connection:
        key = book.key(connection, TEAM_SCOPE)
    kept = {row.id: key.open("reviews", row.id, row.content) for row in rows(book, Review)}
    said = {name: kept[older][name] for name in ("sections_revised", "approved_by")}
    assert said == {**content.model_dump(), "approved_by": "Sam Example"}


@pytest.mark.clause("P-08")
def test_whoever_reads_leaves_a_trace(book: Casebook) -> None:
    """A case opened, its possibilities asked for, its timeline told: each is on record, once."""
    walk = Walk(book)
    number = walk.reported()
    version = case(book, number).version
    for read in (whole_case.dossier, acting.can, timeline.timeline):
        read(book, number, by=walk.officer)
    told = [event for event in timeline.timeline(book, number, by=walk.chair) if event.what == "read"]
    assert [(event.actor, event.data.get("of")) for event in told] == [
        ("officer", None),
        ("officer", "what is possible"),
        ("officer", "timeline"),
    ]
    assert case(book, number).version == version
    verified(book)


@pytest.mark.clause("P-08")
def test_whoever_reads_imported_rows_leaves_a_trace_that_holds(book: Casebook) -> None:
    """Rows are of no case, so it stands in the team's own chain, which checkpoints vouch for."""
    walk = Walk(book)
    logbook.import_log(book, BytesIO(LOG), by=walk.chair, site="silver_city")
    enrolled = timeline.events_of_team(book, by=walk.chair)
    assert {event.what for event in enrolled} == {"enrolled", "rows_imported"}
    lines = logbook.entries(book, by=walk.officer)
    logbook.entries(book, by=walk.chair, verdict=Verdict.CONCERN, rule="none such")
    (read,) = timeline.events_of_team(book, by=walk.chair)[len(enrolled) :]
    assert (read.actor, read.what) == ("officer", "read")
    assert read.data == {"of": "intake", "rows": [line.entry_id for line in lines]}
    with pytest.raises(NotPermitted):
        timeline.events_of_team(book, by=walk.officer)
    integrity.checkpoint(book, by=SYSTEM)
    assert integrity.checkpoint(book, by=SYSTEM) == 0
    logbook.entries(book, by=walk.officer)
    verified(book)
    events = table_of(TeamEvent)
    of_read = update(events).where(events.c.seq == read.seq)
    changes = (
        (of_read.values(actor="chair"), f"event {read.seq} was changed"),
        (delete(events), f"Checkpoint 1 names event {read.seq} of case team"),
    )
    for change, said in changes:
        with book.store.write() as connection:
            connection.execute(change)
        with pytest.raises(LedgerBroken, match=said):
            integrity.verify(book, by=SYSTEM)
