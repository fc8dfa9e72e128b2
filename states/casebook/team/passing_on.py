"""Passing on: what waits for a member who leaves besides what they own: news, their word, their actions."""

from sqlalchemy import Connection, String, cast, select

from states.casebook.book import CASES
from states.casebook.page import Page
from states.casebook.plan.doing import in_force
from states.casebook.plan.meetings import ahead, debriefs_ahead
from states.contents.kept import MEMBERS, NOTICES
from states.contents.payloads import (
    ASSIGN_ACTIONS,
    CONVENE_TEAM,
    SCHEDULE_REASSESSMENT,
    ActionsOfPlan,
    MeetingWanted,
    ReassessmentAhead,
)
from states.guards.open_actions import STILL_OPEN, is_open
from states.tables import (
    Assessment,
    Concurrence,
    Confirmation,
    Effect,
    Meeting,
    Member,
    Notice,
    PlanAction,
    table_of,
)
from states.vault import DataKey
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, EffectStatus, NoticeStatus

_NOTICES, _EFFECTS, _MEMBERS = table_of(Notice), table_of(Effect), table_of(Member)
_ACTIONS, _ASSESSMENTS = table_of(PlanAction), table_of(Assessment)

#: news that somebody has not been told: it is gathered, or was taken to be told and did not leave
_UNTOLD = (_NOTICES.c.template == "team_notice") & (
    (_NOTICES.c.status == NoticeStatus.GATHERED)
    | (
        (_NOTICES.c.status == NoticeStatus.PREPARED)
        & select(_EFFECTS.c.id)
        .where(_EFFECTS.c.id == _NOTICES.c.effect_id, _EFFECTS.c.status == EffectStatus.DONE)
        .exists()
    )
)


def cases_with_news(connection: Connection, member: str) -> set[str]:
    """Ids of the cases of which a member has news that they were not told yet."""
    waiting = select(_NOTICES.c.case_id).where(_NOTICES.c.recipient == member, _UNTOLD)
    return {case_id for case_id in connection.scalars(waiting.distinct()) if case_id is not None}


def cases_awaiting(connection: Connection, member: str) -> set[str]:
    """Ids of the cases whose newest assessment may wait for a member's word that they took part."""
    named = cast(_ASSESSMENTS.c.participants, String).contains(f'"{member}"', autoescape=True)
    open_ = select(_ASSESSMENTS.c.case_id).join(CASES, CASES.c.id == _ASSESSMENTS.c.case_id)
    return set(connection.scalars(open_.where(CASES.c.state == CaseState.INQUIRY, named).distinct()))


def pass_news_on(page: Page, leaver: str, to: str, team_key: DataKey) -> int:
    """Let another hear what a member was not told yet; returns how much news it was.

    Args:
        page: the case.
        leaver: id of the member who leaves.
        to: id of whoever hears it; empty: nobody is left who may.
        team_key: the team's key, which says how they are reached.
    """
    mine = page.rows(Notice, _NOTICES.c.recipient == leaver, _UNTOLD)
    known = {row.effect_id for row in page.rows(Notice, _NOTICES.c.recipient == to)}
    for row in mine:
        page.set(Notice, row.id, status=NoticeStatus.WITHDRAWN)
        if not to or row.effect_id in known:
            continue
        entry = page.connection.execute(select(_MEMBERS).where(_MEMBERS.c.id == to)).one()
        content = page.open(NOTICES, row).model_copy(
            update={"address": MEMBERS.open(team_key, entry).address}
        )
        notice = Notice(
            case_id=page.case.id,
            effect_id=row.effect_id,
            template=row.template,
            recipient=to,
            message_id=f"{row.message_id}:{to}",
            status=NoticeStatus.GATHERED,
            at=row.at,
        )
        page.add(notice, content)
    if mine:
        page.log("news_passed_on", member=leaver, to=to, count=len(mine))
    return len(mine)


def let_word_go(page: Page, leaver: str) -> None:
    """Wait no more for the word of a member who is said to have taken part, and has not said so (W-19).

    What they did say stays; whoever is said to have taken part in an assessment in force is not asked.

    Args:
        page: the case.
        leaver: id of the member who leaves.
    """
    newest = page.rows(Assessment, _ASSESSMENTS.c.seq >= page.case.began_seq)[-1:]
    for row in newest:
        said = [each.by for each in page.rows(Confirmation) if each.about == row.id]
        said += [each.by for each in page.rows(Concurrence) if each.about == row.id]
        met = [m for m in page.rows(Meeting) if m.quorate and m.held_seq > row.seq]
        there = {row.by, *said, *(member for meeting in met for member in meeting.present)}
        if row.id == page.case.assessment_id or leaver in there or leaver not in row.participants:
            continue
        left = {member: offices for member, offices in row.participants.items() if member != leaver}
        offices = sorted({office for spoken_for in left.values() for office in spoken_for})
        page.set(Assessment, row.id, participants=left, offices=offices)
        page.log("participation_not_confirmed", assessment=row.id, member=leaver)


def actions_of(page: Page, member: str) -> set[str]:
    """Ids of the actions of a case that are a member's and not done."""
    return {row.id for row in page.rows(PlanAction, _ACTIONS.c.owner == member, *STILL_OPEN)}


def tell_of_actions(page: Page, heir: str, before: set[str]) -> None:
    """Owe whoever took actions in force over what each of them is, and by when (W-07, W-08).

    Args:
        page: the case.
        heir: id of whoever took over.
        before: ids of the actions that were theirs before.
    """
    if page.case.state == CaseState.CLOSED:
        return
    for action in in_force(page):
        if action.owner == heir and is_open(action) and action.id not in before:
            told = ActionsOfPlan(plan=action.plan_id, meeting=action.meeting_id, action=action.id)
            page.owe(ASSIGN_ACTIONS, told, of=action.id)


def tell_of_dates(page: Page, heir: str) -> None:
    """Owe whoever took over the entries of what lies ahead in the case: meetings, and its reassessment.

    Args:
        page: the case.
        heir: id of whoever took over.
    """
    for meeting in (*ahead(page), *debriefs_ahead(page)):
        page.owe(CONVENE_TEAM, MeetingWanted(meeting=meeting.id, only=(heir,)))
        page.log("meeting_taken_over", meeting=meeting.id, to=heir)
    if page.running(Clock.REASSESSMENT) is not None:
        page.owe(SCHEDULE_REASSESSMENT, ReassessmentAhead(only=(heir,)))
