"""Every message the team sends, as a literal registry: one entry, two templates, and the message exists.

The templates of the entry named ``reminder`` are ``templates/reminder.txt.jinja`` and
``templates/reminder.html.jinja``. They are for the team's own channels; on any other channel every message
reads as ``templates/elsewhere.…`` and says only what its ``ask`` says.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from notifications import contexts as c
from notifications.message import STATUS, Ask, Message, Urgency
from states.vocabulary import (
    CaseState,
    Clock,
    Danger,
    Disclosed,
    EffectKind,
    Level,
    MeetingKind,
    PlanKind,
    PlanTopic,
    RecipientKind,
    ReferralKind,
    ReleaseStatus,
)

#: what an alert tells: that, and what makes it an emergency
_EMERGENCY = STATUS | {Disclosed.EMERGENCY_FACTS}

_SITE_TIME = timezone(timedelta(hours=-7), "MST")
_WHEN = datetime(2026, 3, 3, 14, 0, tzinfo=_SITE_TIME)


def _sample(
    detail: c.Detail,
    *,
    case: str | None = "TAT-2026-0001",
    when: datetime | None = None,
    urgent: bool = False,
) -> c.Context:
    return c.Context(
        institution="Example University",
        phone="555-0100",
        link=f"https://tat.example.edu/cases/{case}" if case else "https://tat.example.edu/",
        case_number=case,
        when=when,
        urgent=urgent,
        detail=detail,
    )


_ALERT = c.PoliceAlert(
    site="Main campus",
    elsewhere=("North campus",),
    level=Level.EXTREME,
    dangers=(Danger.WEAPON, Danger.NAMED_TARGET),
    threatened_for=date(2026, 3, 5),
    lead="Dana Demo",
    lead_phone="555-0101",
)

_ENTRIES = (
    Message(
        name="alert_police",
        purpose="Call the police, and then others, to an emergency until somebody takes over.",
        clause=("W-13", "W-14", "U-12", "U-15"),
        ask=Ask.CALL,
        urgency=Urgency.EMERGENCY,
        discloses=_EMERGENCY,
        everywhere=True,
        sample=_sample(_ALERT),
    ),
    Message(
        name="alert_brief",
        purpose="The same where there is room for a few words: SMS, push, chat.",
        clause=("W-13", "W-14", "U-12", "U-15"),
        ask=Ask.CALL,
        urgency=Urgency.EMERGENCY,
        discloses=_EMERGENCY,
        everywhere=True,
        sample=_sample(_ALERT),
    ),
    Message(
        name="not_taken_over",
        purpose="Tell whoever replied to an alert that the alarm is not taken over by that, and how to.",
        clause=("W-13", "U-15"),
        ask=Ask.ANSWER,
        urgency=Urgency.EMERGENCY,
        everywhere=True,
        signed_in=False,
        sample=_sample(c.NotTakenOver(site="Main campus")),
    ),
    Message(
        name="alarm_unanswered",
        purpose="Tell the team and the operators that nobody has taken an alarm over yet.",
        clause=("W-13", "U-12"),
        ask=Ask.CALL,
        urgency=Urgency.EMERGENCY,
        sample=_sample(
            c.Unanswered(rounds=2, site="Main campus", police=("911 University Police (from any phone)",))
        ),
    ),
    Message(
        name="roster_gaps",
        purpose="Tell the chair that too few are on call soon.",
        clause=("U-12", "M-04"),
        ask=Ask.ACT,
        about_case=False,
        sample=_sample(
            c.RosterGaps(minimum=1, gaps=(c.Gap(starts=_WHEN, ends=_WHEN + timedelta(hours=9)),)), case=None
        ),
    ),
    Message(
        name="police_notice",
        purpose="Tell University Police of a threat or act of violence that is no emergency.",
        clause=("W-51",),
        ask=Ask.CALL,
        discloses=_EMERGENCY,
        sample=_sample(c.PoliceNotice(site="Main campus", dangers=(Danger.NAMED_TARGET,))),
    ),
    Message(
        name="team_notice",
        purpose="Tell the team what happened to a case and what comes next.",
        clause=("W-05", "W-12"),
        ask=Ask.READ,
        sample=_sample(
            c.CaseNews(
                happened="The inquiry was opened.",
                state=CaseState.INQUIRY,
                level=Level.ELEVATED,
                next_step="The team meets, then records its assessment.",
            )
        ),
    ),
    Message(
        name="gathered_news",
        purpose="Tell a member in one message what happened to their cases, and what waits for them.",
        clause=("U-05",),
        ask=Ask.READ,
        about_case=False,
        sample=_sample(
            c.GatheredNews(
                items=(
                    c.Happened(
                        case_number="TAT-2026-0001",
                        happened="An inquiry was opened.",
                        state=CaseState.INQUIRY,
                        level=Level.ELEVATED,
                        next_step="The team meets, then records its assessment.",
                    ),
                    c.Happened(
                        case_number="TAT-2026-0002",
                        happened="Monitoring has resumed.",
                        state=CaseState.MONITORING,
                        level=None,
                        next_step="Reassess when it is due.",
                    ),
                ),
                needs=(
                    c.Waiting(case_number="TAT-2026-0001", clock=Clock.ASSESSMENT, due=_WHEN, late=True),
                    c.Waiting(case_number="TAT-2026-0002", clock=Clock.REASSESSMENT, due=_WHEN, late=False),
                ),
            ),
            case=None,
        ),
    ),
    Message(
        name="meeting_invitation",
        purpose="Call the team together.",
        clause=("W-30", "W-31", "W-32", "W-33"),
        ask=Ask.COME,
        timed=True,
        about_case=False,
        sample=_sample(
            c.Meeting(kind=MeetingKind.EMERGENCY, level=Level.SEVERE, place="Room 12, Example Hall"),
            when=_WHEN,
            urgent=True,
        ),
    ),
    Message(
        name="meeting_cancelled",
        purpose="Take back the invitation to a meeting that does not take place.",
        clause=("U-04", "W-33"),
        ask=Ask.READ,
        timed=True,
        cancels=True,
        sample=_sample(
            c.Meeting(kind=MeetingKind.INITIAL, level=Level.MODERATE, place="Room 12, Example Hall"),
            when=_WHEN,
        ),
    ),
    Message(
        name="entry_cancelled",
        purpose="Take a reassessment or a check-in that falls away out of a calendar.",
        clause=("U-04", "W-08", "W-45"),
        ask=Ask.READ,
        timed=True,
        cancels=True,
        sample=_sample(c.EntryCancelled(entry="reassessment"), when=_WHEN),
    ),
    Message(
        name="reassessment_invitation",
        purpose="Call the team together to look at a monitored case again.",
        clause=("W-08",),
        ask=Ask.COME,
        timed=True,
        sample=_sample(
            c.Reassessment(
                level=Level.MODERATE, plan=PlanKind.ACTIVE_MONITORING, place="Room 12, Example Hall"
            ),
            when=_WHEN,
        ),
    ),
    Message(
        name="checkin_invitation",
        purpose="Put one check-in of a reintegration plan into the calendar of whoever holds it.",
        clause=("W-45",),
        ask=Ask.COME,
        timed=True,
        sample=_sample(c.CheckIn(number=1, total=4, place="Office of Student Affairs"), when=_WHEN),
    ),
    Message(
        name="action_assigned",
        purpose="Tell someone that an action of a plan is theirs, and by when.",
        clause=("W-07", "W-08", "W-10"),
        ask=Ask.ACT,
        timed=True,
        sample=_sample(c.Action(plan=PlanKind.THREAT_MANAGEMENT, topic=PlanTopic.TARGETS), when=_WHEN),
    ),
    Message(
        name="referral_conduct",
        discloses=None,
        purpose="Recommend that an office consider action under a handbook.",
        clause=("W-22", "W-44"),
        ask=Ask.ANSWER,
        sample=_sample(c.ConductReferral(office="Student Affairs", handbook="Student Handbook"), when=_WHEN),
    ),
    Message(
        name="referral_counselling",
        discloses=None,
        purpose="Recommend professional counseling.",
        clause=("W-23", "W-44"),
        ask=Ask.ANSWER,
        sample=_sample(c.Referral(office="Student Health Services"), when=_WHEN),
    ),
    Message(
        name="referral_prosecution",
        discloses=None,
        purpose="Recommend that criminal charges be considered.",
        clause=("W-24", "W-44"),
        ask=Ask.ANSWER,
        sample=_sample(c.Referral(office="University Police"), when=_WHEN),
    ),
    Message(
        name="referral_social_services",
        discloses=None,
        purpose="Recommend support by social services or a specialist.",
        clause=("A-05", "W-44"),
        ask=Ask.ANSWER,
        sample=_sample(c.Referral(office="Community Support Office"), when=_WHEN),
    ),
    Message(
        name="referral_protective_order",
        discloses=None,
        purpose="Bring the police of a site a copy of a protective order that holds there.",
        clause=("W-42",),
        ask=Ask.ANSWER,
        sample=_sample(c.Referral(office="University Police"), when=_WHEN),
    ),
    Message(
        name="referral_other",
        discloses=None,
        purpose="Recommend another step that the team describes in the case.",
        clause=("W-25", "W-44"),
        ask=Ask.ANSWER,
        sample=_sample(c.Referral(office="Risk Management"), when=_WHEN),
    ),
    Message(
        name="referral_withheld",
        purpose="Tell the case's lead why a referral did not leave, and what would be needed.",
        clause=("W-39",),
        ask=Ask.ACT,
        sample=_sample(
            c.Withheld(
                kind=ReferralKind.COUNSELLING,
                office="University counseling services",
                needed=("The basis consent does not allow this. (the team, on another basis)",),
            )
        ),
    ),
    Message(
        name="referral_link",
        purpose="Send an office the link for its next answer to a referral.",
        clause=("W-25",),
        ask=Ask.ANSWER,
        sample=_sample(c.Referral(office="Student Affairs"), when=_WHEN),
    ),
    Message(
        name="clearing",
        purpose="Tell an office that a text waits for its word, or that it may be told outside.",
        clause=("W-37", "W-38"),
        ask=Ask.ACT,
        about_case=False,
        discloses=frozenset({Disclosed.CASE_STATUS}),
        sample=_sample(
            c.Clearing(to=RecipientKind.MEDIA, status=ReleaseStatus.DRAFTED), case=None, when=_WHEN
        ),
    ),
    Message(
        name="conveyance",
        discloses=None,
        purpose="Convey a recommendation to the vice president of the unit concerned.",
        clause=("W-22",),
        ask=Ask.READ,
        sample=_sample(
            c.Conveyance(kind=ReferralKind.CONDUCT, office="Student Affairs", unit="Academic Affairs")
        ),
    ),
    Message(
        name="disposition_notice",
        signed_in=False,
        discloses=frozenset({Disclosed.CASE_NUMBER, Disclosed.DISPOSITION}),
        purpose="Tell the person who reported a concern that the team has concluded the matter.",
        clause=("W-27",),
        ask=Ask.READ,
        sample=_sample(c.Disposition(concluded=date(2026, 3, 3))),
    ),
    Message(
        name="handover",
        signed_in=False,
        purpose="Hand follow-up over to the offices that go on after the team has closed a case.",
        clause=("W-28", "W-29"),
        ask=Ask.ACT,
        sample=_sample(c.Handover(office="Student Affairs", others=("Academic Affairs",)), when=_WHEN),
    ),
    Message(
        name="debrief_invitation",
        purpose="Invite the team to look back on a closed case and gather suggestions.",
        clause=("U-06",),
        ask=Ask.COME,
        timed=True,
        sample=_sample(c.Debrief(place="Room 12, Example Hall"), when=_WHEN),
    ),
    Message(
        name="reminder",
        purpose="Remind someone of a clock that is running out.",
        clause=("W-08", "W-12"),
        ask=Ask.ACT,
        timed=True,
        about_case=False,
        sample=_sample(c.Reminder(clock=Clock.VERBAL_FOLLOW_UP), when=_WHEN),
    ),
    Message(
        name="escalation",
        purpose="Tell the chair that a clock has run out.",
        clause=("W-31", "W-32"),
        ask=Ask.ACT,
        timed=True,
        about_case=False,
        sample=_sample(
            c.Escalation(
                clock=Clock.ASSESSMENT,
                office="Student Affairs",
                state=CaseState.INQUIRY,
                level=Level.ELEVATED,
            ),
            when=_WHEN,
        ),
    ),
    Message(
        name="stuck_work",
        purpose="Tell the team and its operators that the system gave up on something.",
        clause=("W-13", "W-27"),
        ask=Ask.ACT,
        about_case=False,
        sample=_sample(c.StuckWork(effect=EffectKind.ROUTE_REFERRALS, attempts=5)),
    ),
    Message(
        name="template_broken",
        purpose="Tell the chair and the operators that an own template broke, and shipped words went out.",
        clause=("W-30", "W-33"),
        ask=Ask.ACT,
        about_case=False,
        sample=_sample(c.TemplateBroken(template="meeting_invitation"), case=None),
    ),
    Message(
        name="semester_report",
        discloses=frozenset({Disclosed.STATISTICS}),
        purpose="Send the president and the vice presidents the counts of a semester.",
        clause=("W-34",),
        ask=Ask.READ,
        about_case=False,
        sample=_sample(
            c.SemesterReport(
                term="Spring 2026",
                opened=14,
                closed=11,
                active=6,
                late=1,
                by_level=dict(zip(Level, (0, 1, 3, 4, 4, 2), strict=True)),
            ),
            case=None,
        ),
    ),
    Message(
        name="annual_review",
        purpose="Remind the team of the yearly review of its plan and procedures.",
        clause=("W-46",),
        ask=Ask.ACT,
        timed=True,
        about_case=False,
        sample=_sample(
            c.AnnualReview(
                last_review=date(2025, 2, 5),
                approver="Crisis Intervention Response Team",
                keeper="its coordinator",
            ),
            case=None,
            when=_WHEN.astimezone(UTC),
        ),
    ),
)

#: every message by its name
MESSAGES: Mapping[str, Message] = {entry.name: entry for entry in _ENTRIES}
