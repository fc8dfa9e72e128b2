"""Units: whose vice president hears of the recommendations in a case, and asking when nobody knows (W-22)."""

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.contents.payloads import CONVEY_RECOMMENDATIONS, NOTIFY_TEAM, News, Payload
from states.tables import Plan, Referral, table_of
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import ReferralKind

_REFERRALS = table_of(Referral)


def convey(page: Page) -> None:
    """See that the case's recommendations reach the vice president of the person's unit (W-22).

    Where the unit is not known, the team is asked once, with a clock. To be called behind the event that made
    a recommendation one.
    """
    if not waiting(page):
        return
    if page.case.unit:
        page.owe(CONVEY_RECOMMENDATIONS, Payload())
        page.log("conveyance_owed", unit=page.case.unit)
    elif page.case.unit_wanted_at is None:
        page.case.unit_wanted_at = page.now
        page.start(Clock.UNIT)
        page.owe(NOTIFY_TEAM, News(trigger="unit_wanted"))
        page.log("unit_asked_for")


def waiting(page: Page) -> list[Referral]:
    """The referrals that were made or whose plan is in force, and that no vice president has heard of."""
    # A copy of a court's order recommends nothing.
    recommends = _REFERRALS.c.kind != ReferralKind.PROTECTIVE_ORDER
    rows = page.rows(Referral, _REFERRALS.c.conveyed_at.is_(None), recommends)
    if not any(row.plan_id for row in rows):
        return rows
    in_force = {plan.id for plan in page.rows(Plan) if plan.in_force_since is not None}
    return [row for row in rows if row.plan_id is None or row.plan_id in in_force]


def name(book: Casebook, number: str, unit: str, *, by: Actor) -> None:
    """Say which administrative unit the person belongs to; recommendations that waited are conveyed (W-22).

    Raises:
        BadInput: the policy knows no such unit.
    """
    with book.page(number, by, Act.RECORD) as page:
        settle(page, unit)


def learn(page: Page, unit: str) -> None:
    """Write down a unit that a later report knows, where nobody has said any, and the policy has it."""
    if not page.case.unit and unit in page.pack.units:
        settle(page, unit)


def settle(page: Page, unit: str) -> None:
    """Write down which unit the person belongs to; when it is another, its vice president hears, too.

    Raises:
        BadInput: the policy knows no such unit.
    """
    office = page.pack.unit(unit).vice_president
    if unit == page.case.unit:
        return
    before = page.case.unit
    page.case.unit, page.case.unit_wanted_at = unit, None
    page.stop(Clock.UNIT)
    if before and page.pack.unit(before).vice_president != office:
        for row in page.rows(Referral, _REFERRALS.c.conveyed_at.is_not(None)):
            page.set(Referral, row.id, conveyed_at=None)
    page.log("unit_named", unit=unit, before=before)
    convey(page)
