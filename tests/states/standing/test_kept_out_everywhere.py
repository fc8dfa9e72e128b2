"""Whoever is kept out of a case gets nowhere by any function of the casebook: none is forgotten.

The functions are found by looking. A new one that takes somebody who acts and a case's number is tried by
itself; one that says otherwise which case it means fails here until it has its line in a table.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from importlib import import_module
from io import BytesIO
from itertools import product
from pkgutil import walk_packages
from typing import Any, get_type_hints

import pytest

from console.invented import examples
from states import casebook
from states.access import NO_SUCH_CASE, REPORTER, Act, Actor
from states.casebook.alarms import answers, outcomes
from states.casebook.closing import calls
from states.casebook.disclosing import across, disclosures, releases
from states.casebook.effects import attempts, listing
from states.casebook.intake import begun, logbook, reports
from states.casebook.landing import invitations, kept, sitting, texts
from states.casebook.landing.numbers import number_of
from states.casebook.lookups import asking
from states.casebook.persons import joining, relations, searching
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.reading import audit, came_in, overview, reads, timeline, whole_case
from states.casebook.reading.awaited import awaited
from states.casebook.reading.meetings import listed
from states.casebook.reading.needs import needs
from states.casebook.rearranging import moving
from states.casebook.rounds import sweeping
from states.casebook.team import guests, stays
from states.contents import closing, leaving, plans
from states.contents.inquiry import RemarkContent
from states.contents.reports import SubjectContent
from states.errors import UnknownRecord
from states.gate import Outgoing
from states.ledger import chain, coverage
from states.tables import Call, LogEntry, Meeting, table_of
from states.vocabulary.cases import Relation
from states.vocabulary.effects import EffectStatus
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind, ReferralStatus
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.cases.walking import Walk
from tests.states.looking import case, everything

pytestmark = pytest.mark.clause("W-39")

#: everything that somebody may be, but for the software itself and for anybody who reports
ROLES = frozenset(Role) - {Role.SYSTEM, Role.REPORTER}

#: what somebody who acts is called by
ACTORS = ("by", "actor", "person")

LOG = (
    b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    b"Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-00002\n"
)


#: what every module of the casebook begins with
INSIDE = f"{casebook.__name__}."


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each public function that takes the casebook or an open transaction."""
    for found in walk_packages(casebook.__path__, INSIDE):
        module = import_module(found.name)
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and {"book", "connection"} & takes(function).keys():
                yield f"{found.name.removeprefix(INSIDE)}.{name}", function


def takes(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The parameters of a function."""
    return inspect.signature(function).parameters


def is_permitted(function: Callable[..., Any], act: Act) -> bool:
    """Whether a function begins with letting whoever asks do an act that is about no case."""
    return f"permit(by, Act.{act.name})" in inspect.getsource(function)


def acts_for(function: Callable[..., Any]) -> inspect.Parameter | None:
    """The parameter that says who acts, sees or asks."""
    found = (takes(function).get(name) for name in ACTORS)
    return next((one for one in found if one is not None and one.annotation is not str), None)


ALL = dict(functions())
ACTING = {name: function for name, function in ALL.items() if acts_for(function)}

#: what is of no case: what the software does by itself, what operators see of it, who is on the team
NOT_OF_A_CASE = {
    name
    for name, function in ACTING.items()
    if any(is_permitted(function, act) for act in (Act.RUN, Act.SEE_TEAM))
}

#: those that are told which case; they are tried by themselves
OF_A_CASE = {
    name: function
    for name, function in ACTING.items()
    if "number" in takes(function)
    and takes(function)["number"].default is inspect.Parameter.empty
    # It goes out whatever the number, and has a test of its own.
    and name != "intake.begun.raise_alarm"
}

#: what only one value fits, by the name of the parameter
FITS: Mapping[str, Any] = {
    "trigger": "raise_alarm",
    "lead": "officer",
    "member": "nurse",
    "offices": ["student_affairs"],
    "unit": "education",
    "report_ids": ["x"],
    "files": (),
    "status": ReferralStatus.ACKNOWLEDGED,
    "given": {"text": "x"},
    "asked_by": "x",
    "outgoing": Outgoing(
        RecipientKind.PARENT,
        "parent",
        Purpose.EXPORT,
        LegalBasis.CONSENT,
        frozenset({Disclosed.CASE_FILE}),
    ),
}

CONTENTS = {
    type(content): content
    for content in (
        examples.assessment(),
        examples.consent(),
        examples.determination(),
        examples.disposition(),
        examples.minutes(),
        examples.note(),
        examples.plan(),
        examples.privacy_talk(),
        examples.protective_order(),
        examples.reprisal(),
        examples.rating(),
        examples.reintegration(),
        examples.release(),
        examples.subject(),
        examples.target(),
        leaving.OutcomeContent(text="x"),
        plans.ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="x"),
        closing.TakeOverContent(who="x"),
    )
}


class World:
    """Two cases, of which one member is somebody in the first.

    Args:
        walk: an invented team.
    """

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.book = walk.book
        offices = frozenset(walk.book.pack.offices)
        self.out, self.other = (Actor(member, ROLES, offices) for member in ("dean", "officer"))
        self.begun = begun.begin_imminent(walk.book, "silver_city", by=self.out)
        self.number = self.begun.number
        self.second = walk.monitored()
        by = walk.chair
        moved = reports.report(self.book, examples.report(), by=by, into=self.second).report_id
        moving.move_report(self.book, self.second, moved, to=self.number, by=by, because="x")
        joining.confirm_link(self.book, self.number, self.second, by=by, same_person=True, because="x")
        relations.relate(self.book, self.number, self.second, Relation.OTHER, by=by, because="x")
        self.release = releases.draft(self.book, self.number, examples.release(), by=by)
        asked = SourceKind.WEAPONS_REGISTRATION
        asking.request_lookup(self.book, self.number, asked, by=by, because="x")
        self._phone_the_reporter()
        self.entry = self._imported()
        logbook.keep(self.book, b"Invented-Dean-Name shouted in the hall.", "It cannot be read.")
        self.kept = next(each.entry_id for each in kept.waiting(self.book, by=by))
        tomorrow = self.book.clock() + timedelta(days=1)
        self.meeting = meetings.schedule(self.book, self.number, by=by, kind=MeetingKind.REVIEW, at=tomorrow)
        now = self.book.clock()
        self.on_now = meetings.schedule(self.book, self.number, by=by, kind=MeetingKind.REVIEW, at=now)
        guests.invite(self.book, self.number, "nurse", by=by, until=tomorrow, because="x")
        targets.add(self.book, self.number, plans.TargetContent(name="invented-dean-name"), by=by)
        what = frozenset({Disclosed.CASE_STATUS})
        to, why = (RecipientKind.OFFICE, "student_affairs"), (Purpose.NOTICE, LegalBasis.SCHOOL_OFFICIAL)
        disclosures.tell(self.book, self.number, Outgoing(*to, *why, what), by=by, because="x")
        assert case(self.book, self.number).kept_out == ["dean"]

    def _phone_the_reporter(self) -> None:
        with self.book.page(self.number, self.walk.chair, None) as page:
            report, *_ = page.reports()
            said = {"say": "x", "name": "x", "phone": "1"}
            page.add(Call(case_id=page.case.id, at=page.now, by="chair", about=report.id, outcome=""), said)
            page.log("reporter_called")

    def _imported(self) -> str:
        logbook.import_log(self.book, BytesIO(LOG), by=self.walk.chair, site="silver_city")
        (line,) = logbook.entries(self.book, by=self.walk.chair)
        subject = SubjectContent(name="invented-stranger", site="silver_city")
        logbook.take_up(self.book, line.entry_id, subject, by=self.walk.chair)
        # A row of the log is of the case that it was taken up in: let that be the one case.
        with self.book.store.write() as connection:
            where = {"case_id": case(self.book, self.number).id}
            connection.execute(table_of(LogEntry).update().values(where))
            told = coverage.of("log_entries").changed(line.entry_id, where)
            chain.append_of_team(connection, told, at=self.book.clock(), actor="chair", what="row_taken_up")
        return line.entry_id

    def call(self, name: str, number: str, by: Actor, **given: Any) -> Any:
        """Call a function of a case, with something that fits for whatever else it needs."""
        function = OF_A_CASE[name]
        kinds = get_type_hints(function)
        for wanted, parameter in takes(function).items():
            if wanted == "asked_by" or (
                parameter.default is inspect.Parameter.empty and wanted not in {"book", "connection", "by"}
            ):
                given.setdefault(
                    wanted, number if wanted == "number" else self._fitting(wanted, kinds[wanted])
                )
        if "connection" not in takes(function):
            return function(self.book, **given, by=by)
        with self.book.store.write() as connection:
            own = {"book": self.book, "connection": connection}
            return function(**{name: own[name] for name in own if name in takes(function)}, **given, by=by)

    def _fitting(self, name: str, kind: Any) -> Any:
        if name in FITS:
            return FITS[name]
        if kind in CONTENTS:
            return CONTENTS[kind]
        if inspect.isclass(kind) and issubclass(kind, StrEnum):
            return next(iter(kind))
        simple = {str: "x", bool: True, bytes: b"%PDF-1.7 invented"}
        return simple[kind] if kind in simple else self.book.clock() + timedelta(days=1)


#: what shows many cases, or what belongs to them; what is shown of the one case comes from the world
LISTS: Mapping[str, Callable[[World, Actor], Any]] = {
    "alarms.answers.alarms": lambda w, a: [
        one for one in answers.alarms(w.book, by=a) if one.number == w.number
    ],
    "alarms.answers.boards": lambda w, a: [
        one for one in answers.boards(w.book, by=a) if one.alarm.number == w.number
    ],
    "alarms.outcomes.failing": lambda w, a: list(
        outcomes.failing(
            w.book,
            [one["id"] for one in w.walk.records(w.number, "alarms")],
            by=a,
        )
    ),
    "reading.overview.in_order": lambda w, a: [
        one for one in overview.in_order(w.book, by=a) if one.number == w.number
    ],
    "reading.audit.queries": lambda w, a: [
        one for one in audit.queries(w.book, by=a) if one.case_number == w.number
    ],
    "closing.calls.to_make": lambda w, a: calls.to_make(w.book, by=a),
    "effects.listing.effects": lambda w, a: listing.effects(w.book, by=a, number=w.number),
    "effects.listing.waiting": lambda w, a: set(listing.waiting(w.book, "", by=a)) & _owed_all(w),
    "persons.joining.of_case": lambda w, a: _in(w, joining.of_case, case(w.book, w.second).id, by=a),
    "intake.logbook.entries": lambda w, a: logbook.entries(w.book, by=a),
    "landing.kept.any_for": lambda w, a: [True] if kept.any_for(w.book, by=a) else [],
    "landing.kept.waiting": lambda w, a: kept.waiting(w.book, by=a),
    "reading.needs.needs": lambda w, a: [one for one in needs(w.book, by=a) if one.number == w.number],
    "reading.came_in.things": lambda w, a: _in(w, came_in.things, [w.entry], by=a),
    "reading.reads.readings": lambda w, a: [
        one
        for one in reads.readings(w.book, by=a, since=w.book.clock() - timedelta(days=1))
        if w.number in one.numbers
    ],
    "disclosing.across.across": lambda w, a: [
        one for one in across.across(w.book, by=a) if one.case_number == w.number
    ],
    "team.stays.stays": lambda w, a: [one for one in stays.stays(w.book, by=a) if one.number == w.number],
    "reading.awaited.awaited": lambda w, a: [one for one in awaited(w.book, by=a) if one.number == w.number],
    "reading.meetings.listed": lambda w, a: [one for one in listed(w.book, by=a) if one.number == w.number],
    "landing.sitting.on_now": lambda w, a: {w.on_now}.intersection(sitting.on_now(w.book, by=a)),
    "reading.overview.cases": lambda w, a: [
        one for one in overview.cases(w.book, by=a) if one.number == w.number
    ],
    "persons.relations.of_case": lambda w, a: [
        one
        for one in _in(w, relations.of_case, case(w.book, w.second).id, by=a)
        if one["other_number"] in (w.number, relations.NOT_YOURS)
    ],
    # What is read of another case names it nowhere, either.
    "reading.whole_case.dossier": lambda w, a: re.findall(
        w.number, str(whole_case.dossier(w.book, w.second, by=a))
    ),
    "reading.timeline.timeline": lambda w, a: re.findall(
        w.number, str(timeline.timeline(w.book, w.second, by=a))
    ),
    "disclosing.releases.to_clear": lambda w, a: releases.to_clear(w.book, by=a),
    "persons.searching.may_open": lambda w, a: searching.may_open(w.book, [w.number], by=a),
    "persons.searching.readable": lambda w, a: _in(
        w, searching.readable, by=a, case_ids=[case(w.book, w.number).id]
    ),
    "persons.searching.search": lambda w, a: [
        one
        for one in searching.search(
            w.book, SubjectContent(name="invented-dean-name", site="silver_city"), by=a
        )
        if one.number == w.number
    ],
    "rounds.sweeping.running": lambda w, a: sweeping.running(w.book, by=a, number=w.number),
}


def _in(world: World, function: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with world.book.store.read() as connection:
        return function(connection, *given, **more)


#: what is about one record of a case, found by the record's own id
BY_ITS_ID: Mapping[str, Callable[[World, str], Any]] = {
    "effects.attempts.redrive": lambda w, i: attempts.redrive(w.book, i or _owed(w), by=w.out),
    "intake.logbook.take_up": lambda w, i: logbook.take_up(
        w.book, i or w.entry, examples.subject(), by=w.out
    ),
    "landing.numbers.number_of": lambda w, i: number_of(w.book, table_of(Meeting), i or w.meeting, by=w.out),
    "landing.invitations.answer": lambda w, i: invitations.answer(
        w.book, i or w.meeting, RemarkContent(), comes=True, by=w.out
    ),
    "landing.invitations.invitation": lambda w, i: invitations.invitation(w.book, i or w.meeting, by=w.out),
    "landing.sitting.seat": lambda w, i: sitting.seat(w.book, i or w.on_now, by=w.out),
    "landing.sitting.note": lambda w, i: sitting.note(
        w.book, i or w.on_now, plans.MeetingContent(), by=w.out, version=""
    ),
    "landing.sitting.hold": lambda w, i: sitting.hold(
        w.book, i or w.on_now, plans.MeetingContent(), by=w.out, version=""
    ),
    "disclosing.releases.clear": lambda w, i: releases.clear(w.book, i or w.release, by=w.out, agrees=True),
    "landing.kept.read": lambda w, i: kept.read(w.book, i or w.kept, by=w.out),
    "landing.kept.enter": lambda w, i: kept.enter(w.book, i or w.kept, examples.report(), by=w.out),
    "landing.kept.set_aside": lambda w, i: kept.set_aside(w.book, i or w.kept, by=w.out, because="x"),
    "landing.texts.text": lambda w, i: texts.text(w.book, i or w.release, by=w.out),
    "disclosing.releases.tell": lambda w, i: releases.tell(w.book, i or w.release, by=w.out),
    "intake.reports.report": lambda w, i: reports.report(
        w.book, examples.report(), by=w.out, into=i or w.number
    ),
}


def _owed_all(world: World) -> set[str]:
    return {line.effect_id for line in listing.effects(world.book, by=world.other, number=world.number)}


def _owed(world: World) -> str:
    owed = listing.effects(world.book, by=world.other, number=world.number, status=EffectStatus.PENDING)
    return owed[0].effect_id


#: what is not about a case, or asks for somebody else: why nobody has to be refused there
ELSEWHERE: Mapping[str, str] = {
    "intake.begun.raise_alarm": "an alarm goes out whatever the number: test_alarms_on_any_number.py",
    "accounts.making.accounts": "the team's own",
    "accounts.making.end_all_sessions": "the team's own",
    "accounts.making.reset": "the team's own",
    "accounts.making.unlock": "the team's own",
    "accounts.passkeys.add": "one's own",
    "accounts.passkeys.ask_new": "one's own",
    "accounts.passkeys.mine": "one's own",
    "accounts.passkeys.remove": "one's own",
    "accounts.sessions.end_others": "one's own",
    "accounts.tokens.make": "the team's own",
    "accounts.tokens.revoke": "the team's own",
    "accounts.tokens.tokens": "the team's own",
    "accounts.making.link": "the team's own",
    "accounts.signing_in.change_password": "one's own",
    "accounts.signing_in.new_recovery_codes": "one's own",
    "accounts.sessions.end": "one's own",
    "accounts.sessions.mine": "one's own",
    "rounds.sweeping.sweep": "every clock that is due, whosever it is",
    "record.tidying.check": "how many files are where they lie, of no case",
    "record.tidying.tidy": "files that belong to no case",
    "record.verification.verify": "the whole casebook's, and of no case",
    "record.operating.operations": "how many wait and are stuck, of no case",
    "reading.flagged.courses": "words of closed lists, by an id that reading.audit.query knows",
    "reading.flagged.take": "of a question on a hidden case there is none: see its own test",
    "reading.audit.query": "of a question on a hidden case there is none: see the test of flagged questions",
    "reading.other_policy.under": "every open case that is there for whoever asks: see its own test",
    "record.far_sides.of_sources": "when far sides were last called, of no case",
    "record.far_sides.of_offices": "when far sides were last called, of no case",
    "record.integrity.verify": "the whole casebook's, and of no case",
    "record.integrity.checkpoint": "the whole casebook's, and of no case",
    "record.anchoring.seal": "the whole casebook's, and of no case",
    "record.anchoring.line_to_print": "the whole casebook's, and of no case",
    "intake.undoing.imports": "how many rows each import brought in",
    "intake.undoing.undo": "rows of no case; which case another is part of: see the test of undone imports",
    "intake.logbook.take_as": "as intake.logbook.take_up and landing.kept.enter, in an open transaction",
    "intake.logbook.counts": "how many rows of a log there are",
    "effects.circuits.failing": "far sides, of no case",
    "record.anchoring.accept_copy": "the whole casebook's, and of no case",
    "record.anchoring.owe": "the whole casebook's, and of no case",
    "reading.audit.record_trial": "a source is tried on no case",
    "intake.begun.begin_imminent": "anybody reports; whose case it becomes is not told",
    "intake.receipts.send": "as intake.reports.report; whose case it becomes is not told",
    "intake.begun.written_down": "as intake.begun.write_down, in an open transaction",
    "intake.drafts.sweep": "what nobody sent, of no case",
    "intake.begun.write_down": "whoever began a report goes on with it; see the test of what it tells",
    "figures.counting.figures": "numbers of which no case can be told; see the test of figures",
    "figures.counting.for_report": "numbers of which no case can be told; see the test of figures",
    "figures.reporting.approve": "the team's own",
    "figures.reporting.listed": "the team's own",
    "figures.reporting.report": "the team's own, with figures counted as figures.counting.figures does",
    "figures.reporting.write": "the team's own",
    "standing.conflicts.hidden_from": "says what is hidden",
    "standing.conflicts.hidden_numbers": "says what is hidden",
    "team.stays.refused_tries": "what people typed, alike whether there is such a case or not",
    "alarms.duty.put_on_call": "the team's own",
    "alarms.duty.roster": "the team's own",
    "alarms.duty.take_off_call": "the team's own",
    "alarms.swaps.answer": "the team's own",
    "alarms.swaps.be_back": "the team's own",
    "alarms.swaps.offer": "the team's own",
    "alarms.swaps.take_off": "the team's own",
    "landing.semester_calls.answer": "the team's own",
    "landing.semester_calls.call": "the team's own",
    "landing.semester_calls.cancel": "the team's own",
    "landing.semester_calls.invitation": "the team's own, of no case",
    "landing.semester_calls.move": "the team's own",
    "landing.semester_calls.open_calls": "the team's own, of no case",
    "landing.semester_meetings.due": "the team's own",
    "landing.semester_meetings.hold": "the team's own",
    "landing.semester_meetings.last": "the team's own",
    "landing.semester_meetings.read": "the team's own, of no case",
    "landing.semester_sitting.begin": "the team's own",
    "landing.semester_sitting.enter": "the team's own, of no case",
    "landing.semester_sitting.hold": "the team's own",
    "landing.semester_sitting.note": "the team's own",
    "landing.semester_sitting.on_now": "the team's own, of no case",
    "landing.semester_sitting.seat": "the team's own, of no case",
    "landing.sitting.enter": "writes in what landing.sitting.on_now gives, which is tried here",
    "landing.actions.own": "goes by doing.own_actions, which is tried here",
    "disclosing.releases.turn_to": "as releases.clear and landing.texts.text, in an open transaction",
    "landing.check_ins.own": "goes by coming_back.own_check_ins, which is tried here",
    "figures.sent.counts": "counts in which nobody is to be found, of no case",
    "team.ending.ahead": "the team's own",
    "team.ending.end": "the team's own",
    "team.reaching.change": "one's own",
    "team.reaching.mine": "one's own",
    "intake.reports.open_case": "a new case, on a report that was permitted",
    "intake.reports.take": "as intake.reports.report, in an open transaction",
    "rounds.letting_go.let_go": "goes by listing.effects and attempts.redrive, which are tried here",
    "intake.logbook.import_log": "rows of no case",
    "team.membership.change_roster": "the team's own",
    "team.membership.given_rightly": "the team's own",
    "persons.two_cases.two_pages": "two cases at once; see the test of the second case",
    "persons.two_cases.named": "says what is hidden",
    "persons.subjects.reindex": "reckons an index anew; shows nothing",
    "persons.subjects.reindex_all": "reckons an index anew; shows nothing",
    "reading.timeline.events_of_team": "the team's own chain",
    "rearranging.of_team.put_right": "the team's own",
    "team.reviews.approve": "the team's own",
    "team.upkeep.agreements.end": "the team's own",
    "team.upkeep.agreements.enter": "the team's own",
    "team.upkeep.agreements.listed": "the team's own",
    "team.upkeep.agreements.review": "the team's own",
    "team.upkeep.changes.confirm": "the team's own",
    "team.upkeep.changes.enter": "the team's own",
    "team.upkeep.changes.listed": "the team's own",
    "team.upkeep.changes.take_back": "the team's own",
    "team.upkeep.clocks.keep_due": "the team's own",
    "team.upkeep.unread.keep_due": "the team's own",
    "team.upkeep.training.enter": "the team's own",
    "team.upkeep.training.lapsed": "the team's own",
    "team.upkeep.training.listed": "the team's own",
    "team.upkeep.training.take_back": "the team's own",
    "team.reviews.listed": "the team's own",
    "team.approval.standing": "the team's own",
    "team.members.change": "the team's own",
    "team.members.enrol": "the team's own",
    "team.reviews.record_review": "the team's own",
    "team.upkeep.instruments.put": "the team's own",
    "team.upkeep.versions.hand_in": "the team's own",
    "team.upkeep.versions.take_back": "the team's own",
    "team.upkeep.versions.put_in_force": "the team's own",
    "rounds.sweeping.of_team": "the team's own",
    "team.semester.opened": "the team's own",
    "team.semester.put_on_record": "the team's own",
}


@pytest.fixture
def world(walk: Walk) -> World:
    """Two cases; the dean is somebody in the first of them."""
    return World(walk)


def test_no_function_that_acts_for_somebody_is_forgotten() -> None:
    """Each either names its case or has its line in a table here; and none leaves open who acts."""
    known = {*OF_A_CASE, *LISTS, *BY_ITS_ID, *ELSEWHERE} | NOT_OF_A_CASE
    assert set(ACTING) - known == set()
    assert known - set(ACTING) == set()
    unsaid = {
        name
        for name, function in ACTING.items()
        if (who := acts_for(function)) is None or who.default is not inspect.Parameter.empty
    }
    assert unsaid == set()
    nobodys = {name for name, function in ALL.items() if "number" in takes(function)} - set(ACTING)
    assert nobodys == set()


#: the only one that puts on record that it refused: in the team's chain, alike for a number never given
PUTS_ON_RECORD = "team.break_glass.break_glass"


def test_for_whoever_is_kept_out_no_function_knows_the_case(world: World) -> None:
    """Each refuses in the words for a number that was never given, and nothing is written of the case."""
    before = everything(world.book)
    for name in OF_A_CASE:
        said = []
        for number in (world.number, "TAT-1999-0001"):
            with pytest.raises(UnknownRecord) as refused:
                world.call(name, number, world.out)
            said.append(str(refused.value))
        assert (name, *said) == (name, NO_SUCH_CASE, NO_SUCH_CASE)
        if name == PUTS_ON_RECORD:
            before |= {"team_events": everything(world.book)["team_events"]}
        assert everything(world.book) == before, name


def test_for_whoever_is_kept_out_no_case_leads_to_the_case(world: World) -> None:
    """Where two cases are named, the second one is as little there as the first."""
    before = everything(world.book)
    pairs = {
        (name, wanted)
        for name, function in OF_A_CASE.items()
        for wanted in ("other", "to", "into")
        if wanted in takes(function)
    }
    assert {name.split(".")[-2] for name, _ in pairs} == {"joining", "merging", "moving", "relations"}
    # Nor does it tell one from the other by what is said of a case that they are not on.
    nobody = Actor("dean", frozenset({Role.MEMBER}))
    for name, wanted in sorted(pairs):
        said = []
        for number, by in product((world.number, "TAT-1999-0001"), (world.out, nobody)):
            with pytest.raises(UnknownRecord) as refused:
                world.call(name, world.second, by, **{wanted: number})
            said.append(str(refused.value))
        assert (name, set(said)) == (name, {NO_SUCH_CASE})
    assert everything(world.book) == before


def test_no_list_shows_whoever_is_kept_out_anything_of_the_case(world: World) -> None:
    """Each shows it to somebody else of the same roles and offices."""
    for name, shown in LISTS.items():
        assert (name, bool(shown(world, world.other))) == (name, True)
        assert (name, list(shown(world, world.out))) == (name, [])


def test_no_id_of_a_record_leads_whoever_is_kept_out_into_the_case(world: World) -> None:
    """Each refuses in the words for an id that was never given, and nothing is written."""
    before = everything(world.book)
    for name, call in BY_ITS_ID.items():
        said = []
        for given in ("", "never-given"):
            with pytest.raises(UnknownRecord) as refused:
                call(world, given)
            said.append(str(refused.value))
        assert (name, said[0]) == (name, said[1])
    assert everything(world.book) == before


def test_whoever_reports_goes_on_with_the_report_and_learns_nothing(world: World) -> None:
    """A member's own report is about a case that they are kept out of: no other case is suggested to them."""
    content = examples.report()
    reports.report(world.book, content, by=REPORTER)
    known = begun.begin_imminent(world.book, "silver_city", by=world.other).report_id
    for by, report, learns in ((world.other, known, True), (world.out, world.begun.report_id, False)):
        told = begun.write_down(world.book, report, content, by=by, finished=True)
        assert bool(told.candidates) == learns
