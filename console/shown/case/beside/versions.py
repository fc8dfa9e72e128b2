"""A plan as it would be approved, and what changed in it since the version before, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

from console.shown.case.asked.choosing import capital
from console.shown.case.measures.carried import goes_on_from, office_of
from console.shown.case.measures.plans import plans_of
from console.shown.case.opened import Opened, Row
from console.shown.parts import Part
from notifications.messages.wording import in_words
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import PlanKind, PlanTopic
from states.vocabulary.spelling import words


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Args:
        what: which part of the plan.
        before: what the version before says; empty: nothing.
        now: what this one says; empty: nothing any more.
    """

    what: str
    before: str
    now: str


def newest_plan(opened: Opened) -> Iterator[Part]:
    """The newest plan with its actions and referrals."""
    yield from plans_of(opened, opened.of("plans")[-1:])


def changed(opened: Opened) -> list[Change] | None:
    """What changed since the version before the newest; None: there is none before."""
    if len(opened.of("plans")) < 2:  # noqa: PLR2004 - this one, and the one before
        return None
    before, now = (_said(opened, row) for row in opened.of("plans")[-2:])
    return [
        Change(what, before.get(what, ""), now.get(what, ""))
        for what in dict.fromkeys((*before, *now))
        if before.get(what, "") != now.get(what, "")
    ]


def _said(opened: Opened, plan: Row) -> dict[str, str]:
    """What a plan says, part by part, as people read it."""
    said = plan["content"]
    names = {row["id"]: row["content"]["name"] for row in opened.of("targets")}
    parts = {
        "Kind of plan": str(in_words(PlanKind(plan["kind"]))),
        "In short": said["summary"],
        **{capital(str(in_words(topic))): said["topics"].get(topic, "") for topic in PlanTopic},
        "Whom it protects": ", ".join(names.get(target, "somebody") for target in plan["targets"]),
    }
    stay = [row for row in opened.of("plan_actions") if row["id"] in said.get("stay_open", ())]
    parts["Stay open beside this plan"] = "; ".join(row["content"]["what"] for row in stay)
    for action in opened.of("plan_actions", plan_id=plan["id"]):
        due = opened.until(action["due_at"])
        by = f"{opened.who(action['owner']) or 'nobody yet'}, by {due.spelled if due else 'no day'}"
        area = action["content"].get("area")
        by = f"{by}, aimed at: {words(area)}" if area else by
        first = action["content"].get("after", ())
        after = [each["content"]["what"] for each in opened.of("plan_actions") if each["id"] in first]
        said_of = f"{by}, after: {'; '.join(sorted(after))}" if after else by
        from_ = goes_on_from(opened, action)
        said_of = f"{said_of}, goes on from: {from_['content']['what']}" if from_ else said_of
        _also(parts, f"Action: {action['content']['what']}", said_of)
    for referral in opened.of("referrals", plan_id=plan["id"]):
        kind = in_words(ReferralKind(referral["kind"]))
        recommends = referral["content"].get("recommendation") or ""
        _also(parts, f"Referral: {kind}", f"To {office_of(opened, referral)}: {recommends}")
    return {what: text for what, text in parts.items() if text}


def _also(parts: dict[str, str], what: str, text: str) -> None:
    """Say one more thing of a part, which may be there twice."""
    parts[what] = "; ".join(filter(None, (parts.get(what), text)))
