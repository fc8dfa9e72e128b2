"""Messages of invented cases that have left, and the links in them."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

from states.access import REPORTER
from states.casebook.closing import endings
from states.casebook.intake import reports
from states.casebook.referrals import referring
from states.contents.closing import FollowUpContent
from states.contents.plans import ReferralContent
from states.contents.reports import ReportContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import ReferralKind
from tasks.steps.conveying import convey
from tests.cases import answering
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import desk_of, mails
from tests.states.courses.taking_up import take_up


def conveyed(served: Served) -> tuple[str, str]:
    """Recommend something of somebody in Education; gives the case's number and the link in the mail."""
    walk = served.walk
    number = walk.reported()
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="invented-recommendation")
    made = referring.refer(served.book, number, content, by=walk.officer)
    work = take_up(served.book, number, EffectKind.CONVEY_RECOMMENDATIONS)

    async def leave() -> None:
        await convey(desk_of(served), work, made.referral_id)

    # In a thread of its own: a browser's test has a loop that runs.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, leave()).result()
    mail = mails(served, "academic.affairs@wnmu.example")[-1]
    found = re.search(rf"{re.escape(served.url)}(/recommendations/[0-9a-f]{{64}})", mail)
    assert found is not None
    return number, found.group(1)


def handed_over(served: Served) -> tuple[str, str]:
    """Close a case that somebody with a mailbox of their own takes over; gives its number and their link."""
    walk = served.walk
    number = walk.assessed(Level.NONE)
    named = tuple(
        FollowUpContent(office=office, name="invented-name", address="own@wnmu.example", what="invented-what")
        for office in ("student_affairs", "academic_affairs")
    )
    walk.dispose(number, follow_up=named)
    walk.act(number, "close")
    passing = endings.hand_overs(served.book, take_up(served.book, number, EffectKind.CLOSE_OUT))
    secrets = {each.office: each.secret for each in passing}
    return number, f"/follow-up/{secrets['academic_affairs']}"


def alarmed(served: Served) -> tuple[str, str]:
    """Report a danger; gives the case's number and the link in the first alert."""
    content = ReportContent.read(
        {
            "behaviour_of_concern": "An invented threat by Sam Sample.",
            "imminent": True,
            "own_observation": True,
            "dangers": ["weapon"],
            "subject": {"site": "deming", "name": "Sam Sample"},
        }
    )
    number = reports.report(served.book, content, by=REPORTER).number
    return number, f"/m/{answering.calls(served.book, number)[0].recipients[0].secret}"
