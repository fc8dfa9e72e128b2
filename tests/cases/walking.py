"""Walks invented cases through the process, for tests that need one at a certain stage.

Every text that a person would write goes through ``words``, so that a test can put its own into each field.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from console.invented.team import enrol
from states.access import REPORTER, SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.lookups import asking
from states.casebook.plan import coming_back, doing, meetings, planning
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.closing import DispositionContent, FollowUpContent
from states.contents.content import Person
from states.contents.inquiry import AssessmentContent, Factor
from states.contents.plans import (
    ActionContent,
    CheckInContent,
    MinutesContent,
    PlanContent,
    ReferralContent,
    ReintegrationContent,
)
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent
from states.vocabulary.cases import FactorKind, Level
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Affiliation, IdentifierKind, Role
from states.vocabulary.plans import Finding, MeetingKind, PlanTopic
from states.vocabulary.sources import SourceKind

Words = Callable[[str], str]

#: what a plan may recommend; a copy of an order goes out by itself
ROUTED = tuple(kind for kind in ReferralKind if kind is not ReferralKind.PROTECTIVE_ORDER)

#: who is on the team: id, the office they speak for, what else they are
TEAM: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("chair", "student_affairs", (Role.CHAIR, Role.MEMBER)),
    ("officer", "university_police", (Role.MEMBER, Role.INTAKE)),
    ("nurse", "health_services", (Role.MEMBER,)),
    ("dean", "academic_affairs", (Role.MEMBER,)),
)


def invented(field: str) -> str:
    """One word that nobody takes for a person's.

    Args:
        field: where it goes, as in ``reporter.name``.
    """
    return f"invented-{field.replace('.', '-')}"


class Walk:
    """A team, and the way of its cases.

    Args:
        book: an open casebook; its team is enrolled here when it has none.
        words: gives the text of a field; one word, fit for the left part of a mail address.
    """

    def __init__(self, book: Casebook, words: Words = invented) -> None:
        self.book = book
        self.words = words
        if not members.members(book, by=SYSTEM):
            self._enrol()
        self.chair = members.actor(book, "chair")
        self.officer = members.actor(book, "officer")

    def _enrol(self) -> None:
        words = self.words
        team = [
            (
                member,
                MemberContent(
                    name=words(f"{member}.name"),
                    address=f"{words(f'{member}.address')}@wnmu.example",
                    phone=words(f"{member}.phone"),
                ),
                [office],
                roles,
            )
            for member, office, roles in TEAM
        ]
        enrol(self.book, team)

    def reported(
        self,
        *,
        site: str = "silver_city",
        affiliation: Affiliation = Affiliation.STUDENT,
        unit: str = "education",
        **given: Any,
    ) -> str:
        """Report a concern about somebody new; returns the case's number."""
        words = self.words
        subject = SubjectContent(
            name=words("subject.name"),
            other_identification=words("subject.other_identification"),
            identifiers={
                IdentifierKind.EMAIL: f"{words('subject.email')}@people.example",
                IdentifierKind.LICENSE_PLATE: words("subject.license_plate"),
            },
            affiliations=(affiliation,),
            unit=unit,
            site=site,
        )
        reporter = Person(
            name=words("reporter.name"),
            phone=words("reporter.phone"),
            email=f"{words('reporter.email')}@people.example",
        )
        fields: dict[str, Any] = {
            "behaviour_of_concern": words("report.behaviour"),
            "own_observation": True,
            "specific_threat_or_event": words("report.threat"),
            "other_contact": Person(name=words("contact.name"), phone=words("contact.phone")),
        }
        people: dict[str, Any] = {"subject": subject, "reporter": reporter}
        content = ReportContent(**(people | fields | given))
        return reports.report(self.book, content, by=REPORTER).number

    def screened(self, level: Level = Level.MODERATE, **given: Any) -> str:
        """Report, screen and assign, so that an inquiry may be opened; returns the case's number."""
        number = self.reported(**given)
        triage.screen(self.book, number, by=self.officer, level=level, because=self.words("screening"))
        offices = [office for _, office, _ in TEAM]
        triage.assign(self.book, number, by=self.chair, lead="chair", offices=offices)
        return number

    def in_inquiry(self, level: Level = Level.MODERATE, **given: Any) -> str:
        """Take a case into an inquiry; returns its number."""
        number = self.screened(level, **given)
        self.act(number, "open_inquiry")
        return number

    def assessed(self, level: Level = Level.MODERATE, **given: Any) -> str:
        """Take a case to Assessed, its sources waived; returns its number."""
        number = self.in_inquiry(level, **given)
        for query in self.records(number, "source_queries"):
            kind = SourceKind(query["kind"])
            asking.waive_source(self.book, number, kind, by=self.chair, because=self.words("waiver"))
        self.assess(number, level)
        acting.act(self.book, number, "assess", by=self.chair)
        return number

    def assess(self, number: str, level: Level, *, confirm: bool = True) -> str:
        """File the team's assessment, which those who took part confirm; returns its id."""
        content = AssessmentContent(
            level=level,
            criteria=(self.book.pack.levels[level].criteria[0].id,),
            factors=tuple(Factor(kind=kind, text=self.words(f"factor.{kind}")) for kind in FactorKind),
            rationale=self.words("assessment.rationale"),
            threat_of_violence=level not in (Level.MILD, Level.NONE),
            significant_disruption=level not in (Level.MILD, Level.NONE),
            participants=tuple(member for member, _, _ in TEAM),
            dissent=self.words("assessment.dissent"),
            reason_for_lowering=self.words("assessment.reason"),
        )
        assessment = assessing.file_assessment(self.book, number, content, by=self.officer)
        for member, _, _ in TEAM:
            if confirm and member != self.officer.id:
                assessing.confirm(self.book, number, assessment, by=members.actor(self.book, member))
        return assessment

    def planned(
        self,
        level: Level = Level.MODERATE,
        referrals: tuple[ReferralKind, ...] = (ReferralKind.COUNSELLING,),
        **given: Any,
    ) -> str:
        """Take a case to an approved plan; returns its number."""
        number = self.assessed(level, **given)
        acting.act(self.book, number, "develop_plan", by=self.chair)
        kind = self.book.pack.levels[level].plan
        assert kind is not None, "only a level above None has a plan"
        due_at = self.book.clock() + timedelta(days=3)
        plan = PlanContent(
            kind=kind,
            summary=self.words("plan.summary"),
            topics={topic: self.words(f"plan.{topic}") for topic in PlanTopic},
            actions=tuple(
                ActionContent(what=self.words(f"action.{owner}"), owner=owner, due_at=due_at)
                for owner in ("officer", "nurse")
            ),
            referrals=tuple(
                ReferralContent(kind=referral, recommendation=self.words(f"referral.{referral}"))
                for referral in referrals
            ),
        )
        plan_id = planning.draft_plan(self.book, number, plan, by=self.officer)
        planning.approve_plan(self.book, number, plan_id, by=self.chair)
        return number

    def monitored(self, level: Level = Level.MODERATE, **given: Any) -> str:
        """Take a case to Monitoring; returns its number."""
        number = self.planned(level, **given)
        acting.act(self.book, number, "activate_plan", by=self.chair)
        return number

    def reintegrating(self, **given: Any) -> str:
        """Take a mild case to Reintegration, with two check-ins agreed; returns its number."""
        number = self.monitored(Level.MILD, **given)
        for action in self.records(number, "plan_actions"):
            doing.complete_action(self.book, number, action["id"], by=self.officer)
        self.draft_reintegration(number)
        acting.act(self.book, number, "begin_reintegration", by=self.chair)
        return number

    def draft_reintegration(self, number: str) -> None:
        """Draft a reintegration plan with two check-ins."""
        days = (7, 14)
        content = ReintegrationContent(
            conditions=(self.words("condition"),),
            check_ins=tuple(
                CheckInContent(
                    owner="nurse",
                    due_at=self.book.clock() + timedelta(days=day),
                    what=self.words(f"check_in.{day}"),
                )
                for day in days
            ),
        )
        coming_back.draft_reintegration(self.book, number, content, by=self.officer)

    def closed(self, *, tell_reporter: bool = True, **given: Any) -> str:
        """Assess a case as no identified risk and close it; returns its number."""
        number = self.assessed(Level.NONE, **given)
        self.dispose(number, tell_reporter=tell_reporter)
        self.act(number, "close")
        return number

    def dispose(self, number: str, **given: Any) -> str:
        """Write how a case ended, with a named person at each office that follows up; returns its id."""
        affiliations = whole_case.dossier(self.book, number, by=self.chair)["case"]["affiliations"]
        handover = [self.book.pack.handover[Affiliation(each)] for each in affiliations]
        fields: dict[str, Any] = {
            "text": self.words("disposition"),
            "threat": Finding.NO_LONGER,
            "disruption": Finding.DOES_NOT,
            "follow_up": tuple(
                FollowUpContent(
                    office=office, name=self.words("follow_up.name"), what=self.words("follow_up.what")
                )
                for office in dict.fromkeys(code for entry in handover for code in entry.offices)
            ),
        }
        content = DispositionContent(**(fields | given))
        return disposition.write_disposition(self.book, number, content, by=self.officer)

    def dismissed(self, report: Mapping[str, Any] | None = None, **ending: Any) -> str:
        """Dismiss a report that was screened as no identified risk, with such an end; returns its number."""
        number = self.reported(**(report or {}))
        screening = triage.screen(
            self.book, number, by=self.officer, level=Level.NONE, because=self.words("screening")
        )
        assessing.concur(self.book, number, by=self.chair, about=screening)
        self.dispose(number, **ending)
        self.act(number, "dismiss")
        return number

    def met(self, number: str) -> str:
        """Let the team meet about a case now, with a quorum; returns the meeting's id."""
        book, chair = self.book, self.chair
        meeting = meetings.schedule(book, number, by=chair, kind=MeetingKind.REVIEW, at=book.clock())
        meetings.hold(book, number, meeting, self.minutes(), by=chair)
        return meeting

    def minutes(self) -> MinutesContent:
        """The minutes of a meeting at which everybody was."""
        present = tuple(member for member, _, _ in TEAM)
        return MinutesContent(present=present, minutes=self.words("minutes"))

    def erase(self, number: str) -> None:
        """Erase a closed case as its custodian, with the chair's leave to do so before the time."""
        custodian = Actor("custodian", frozenset({Role.CUSTODIAN}))
        disposition.allow_erasure(self.book, number, by=self.chair, because=self.words("early"))
        disposition.erase(self.book, number, by=custodian)

    def act(self, number: str, trigger: str, given: Mapping[str, str] | None = None) -> None:
        """Fire a trigger as the chair."""
        acting.act(self.book, number, trigger, by=self.chair, given=given)

    def level(self, number: str) -> Level:
        """The level in force of a case."""
        return Level(whole_case.dossier(self.book, number, by=self.chair)["case"]["level"])

    def cases(self) -> list[overview.CaseLine]:
        """Every case."""
        return overview.cases(self.book, by=self.chair)

    def events(self, number: str) -> list[str]:
        """What happened to a case, oldest first, but for who read it."""
        happened = [event.what for event in timeline.timeline(self.book, number, by=self.chair)]
        return [what for what in happened if what != "read"]

    def read_outside(self, number: str) -> list[tuple[str, str]]:
        """What offices and police read of a case behind their links, oldest first."""
        happened = timeline.timeline(self.book, number, by=self.chair)
        read = [event for event in happened if event.what == "read" and ":" in event.actor]
        return [(event.data["of"], event.actor) for event in read]

    def records(self, number: str, table: str) -> list[dict[str, Any]]:
        """The records of one table of a case, opened, oldest first."""
        found: list[dict[str, Any]] = whole_case.dossier(self.book, number, by=self.chair)[table]
        return found
