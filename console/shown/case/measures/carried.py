"""What a plan takes over from those before it, and what it leaves behind: open actions, referrals unsent."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from console.shown.case.opened import Opened, Row
from notifications.messages.wording import in_words
from states.access import Actor
from states.casebook import Casebook
from states.casebook.reading import whole_case
from states.vocabulary.leaving import ReferralKind, ReferralStatus


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the newest plan leaves as it is, as sentences.

    Args:
        stay_open: which open actions of earlier plans stay as they are, beside it; empty: none.
        left_out: which unsent referrals of earlier drafts it leaves out; empty: none.
    """

    stay_open: str
    left_out: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What there is to say."""
        return tuple(filter(None, (self.stay_open, self.left_out)))


def leaves(opened: Opened) -> Leaves:
    """What the newest plan of a case leaves as it is, for whoever approves it or puts it into action."""
    return Leaves(_told_stay_open(opened), _told_left_out(opened))


def leaves_of(book: Casebook, number: str, *, by: Actor) -> Leaves:
    """The same, of a case that is looked at for it; that it was read goes on record (P-08).

    Raises:
        NotPermitted: this person may not see the case.
    """
    dossier = whole_case.dossier(book, number, by=by)
    site = book.pack.sites.get(dossier["case"]["site"]) or book.pack.home
    return leaves(Opened(dossier, (), (), (), book.pack, ZoneInfo(site.timezone)))


def in_force(opened: Opened) -> list[Row]:
    """The actions of plans that were put into action, oldest first."""
    plans = {row["id"] for row in opened.of("plans") if row["in_force_since"]}
    return [row for row in opened.of("plan_actions") if row["plan_id"] in plans]


def is_open(action: Row) -> bool:
    """Whether an action is neither done nor goes on as an action of a newer plan."""
    return action["done_at"] is None and action["continued_by"] is None


def newest(opened: Opened, action: Row) -> Row:
    """An action, or what it goes on as in the newest plan that carries it."""
    while action["continued_by"]:
        (action,) = opened.of("plan_actions", id=action["continued_by"])
    return action


def goes_on_from(opened: Opened, action: Row) -> Row | None:
    """The action of an earlier plan that one goes on from; None: it is a new one."""
    from_ = action["content"].get("continues")
    return next(iter(opened.of("plan_actions", id=from_)), None) if from_ else None


def left_to_go_on(opened: Opened, plan: Row) -> list[Row]:
    """The open actions of earlier plans that a draft does not carry: they go on as they are."""
    carried = {each["content"].get("continues") for each in opened.of("plan_actions", plan_id=plan["id"])}
    return [
        row
        for row in in_force(opened)
        if is_open(row) and row["plan_id"] != plan["id"] and row["id"] not in carried
    ]


def _told_stay_open(opened: Opened) -> str:
    """That actions of earlier plans stay open beside the newest one, as a sentence; empty: none does."""
    plans = opened.of("plans")
    rows = left_to_go_on(opened, plans[-1]) if plans and plans[-1]["standing"] != "ended" else []
    if not rows:
        return ""
    which = "; ".join(
        f"{row['content']['what']} ({opened.who(row['owner']) or 'nobody yet'})" for row in rows
    )
    return f"Still open from an earlier plan, and staying as they are beside this one: {which}."


def unsent(opened: Opened, plan: Row) -> list[Row]:
    """The referrals of a plan that were never sent, since the plan is not in action."""
    if plan["in_force_since"]:
        return []
    rows = opened.of("referrals", plan_id=plan["id"], status=ReferralStatus.DRAFTED)
    return [row for row in rows if row["sent_at"] is None]


def left_out(opened: Opened) -> list[Row]:
    """The unsent referrals of earlier drafts that the newest plan leaves out, and nobody made meanwhile."""
    plans = opened.of("plans")
    if not plans or plans[-1]["standing"] == "ended":
        return []
    drafts = [row for row in plans if row["standing"] == "superseded"]
    lost = [row for draft in drafts for row in unsent(opened, draft)]
    # One that was drafted again and again is told of once, in its newest words.
    return list({row["kind"]: row for row in lost if not _is_made(opened, row, lost)}.values())


def _is_made(opened: Opened, referral: Row, lost: Iterable[Row]) -> bool:
    dead = {row["id"] for row in lost}
    return any(
        row["kind"] == referral["kind"] and row["seq"] > referral["seq"] and row["id"] not in dead
        for row in opened.of("referrals")
    )


def _told_left_out(opened: Opened) -> str:
    """That the newest plan leaves out what an earlier draft recommended, as sentences; empty: it does not."""
    rows = left_out(opened)
    if not rows:
        return ""
    which = "; ".join(f"{in_words(ReferralKind(row['kind']))} ({office_of(opened, row)})" for row in rows)
    return (
        f"An earlier draft recommended: {which}. This plan leaves that out, and it was not sent. Where it is "
        "still wanted, draft the plan with it, or refer to the office at once."
    )


def office_of(opened: Opened, referral: Row) -> str:
    """The office that a referral goes to, by name."""
    code = referral["office"]
    return opened.pack.office(code).name if code in opened.pack.office_codes else opened.whom(code)


def how_far(opened: Opened, referral: Row) -> str:
    """How far a referral has come: what never left is not told as if it were coming."""
    for plan in opened.of("plans", id=referral["plan_id"]):
        if referral in unsent(opened, plan):
            return _NOT_YET[plan["standing"]]
    return str(referral["status"])


#: what is said of a referral that was not sent, by what its plan is now
_NOT_YET = {
    "draft": "drafted; leaves once the plan is in action",
    "approved": "drafted; leaves once the plan is in action",
    "superseded": "belongs to an earlier draft; not sent",
    "ended": "belongs to a draft that was never in action; not sent",
}


def never_left(opened: Opened, referral: Row) -> bool:
    """Whether a referral was drafted with a plan that another one took the place of, and is not coming."""
    plans = opened.of("plans", id=referral["plan_id"])
    return any(plan["standing"] in _OVER and referral in unsent(opened, plan) for plan in plans)


#: what a plan is that is not put into action any more
_OVER = ("superseded", "ended")
