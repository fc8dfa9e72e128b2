"""Who is told what: each kind of effect's notices, drafted from what the case knows, without a narrative."""

from states.casebook.effects.work import WorkOn
from states.casebook.rounds import results
from states.contents.payloads import Payload
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.notices.alarms import AlarmNotices
from tasks.drafts.notices.meetings import MeetingNotices
from tasks.drafts.notices.outside import OutsideNotices
from tasks.drafts.notices.team import TeamNotices
from tasks.drafts.notices.upkeep import UpkeepNotices


class Writer(AlarmNotices, MeetingNotices, OutsideNotices, TeamNotices, UpkeepNotices):
    """Drafts what each kind of effect tells people."""


async def writer(desk: Desk, work: WorkOn[Payload]) -> Writer:
    """Somebody who drafts the notices of an effect's case."""
    brief = await told(results.brief, desk.book, work)
    return Writer(desk.book.pack, desk.settings, brief)
