"""Everything that `tat` can do in a case, a person can do on a page: held for each command of its groups."""

from collections.abc import Iterator, Mapping

import pytest
import typer.main

from console.cli import app
from console.web.cases.steps.every import ANY_TIME, CLEARED_BY, FOR_PEOPLE, STEPS
from console.web.cases.ways import BESIDE, SELDOM
from states.process import TRANSITIONS
from tests.console.web.table.test_table import rooms

#: the groups of commands that are about a case
GROUPS = ("case", "target", "plan", "meeting", "referral", "disclosure")

#: of each command the steps, or the pages (by their path), that do the same
PAGES: Mapping[str, tuple[str, ...]] = {
    "case list": ("/cases",),
    "case search": ("/search",),
    "case show": ("/cases/{number}", "/cases/{number}/history"),
    "case act": tuple(row.trigger for row in TRANSITIONS if not row.comes_with),
    "case can": ("/cases/{number}",),
    "case timeline": ("/cases/{number}/history",),
    "case screen": ("screen",),
    "case assign": ("assign",),
    "case concur": ("concur", "agree_false"),
    "case confirm": ("confirm",),
    "case rate": ("rate",),
    "case note": ("note",),
    "case unit": ("unit",),
    "case waive-follow-up": ("waive_follow_up",),
    "case ask": ("ask",),
    "case waive-source": ("waive",),
    "case ask-again": ("ask_again",),
    "case disposition": ("end",),
    "case confirm-hand-over": ("hand_over",),
    "case conflicts": ("/cases/{number}/people",),
    "case recuse": ("recuse",),
    "case decide-conflict": ("decide_conflict",),
    "case correct": ("correct",),
    "case protective-order": ("file_order",),
    "case order-paper": ("order_paper", "/cases/{number}/files"),
    "case end-order": ("end_order",),
    "case erase": ("/cases/{number}/erase",),
    "case allow-erasure": ("/cases/{number}/allow-erasure",),
    "case early-erasures": ("/cases/{number}/erase",),
    "case files": ("/cases/{number}/files",),
    "case file": ("/cases/{number}/files/{file_id}/download",),
    "case add-file": ("/cases/{number}/files",),
    "case withdraw-file": ("/cases/{number}/files/{file_id}/withdraw",),
    "case guests": ("/cases/{number}/people",),
    "case invite": ("invite",),
    "case guest-until": ("guest_until",),
    "case end-guest": ("end_guest",),
    "case break-glass": ("/break-glass",),
    "case review-glass": ("review_glass",),
    "case talked-with-reporter": ("talked",),
    "case lift-privacy": ("lift_privacy",),
    "case move-report": ("move_report",),
    "case split": ("split",),
    "case merge": ("join",),
    "case unmerge": ("part",),
    "case withdraw-report": ("withdraw_report",),
    "case reinstate-report": ("reinstate_report",),
    "case mark-false": ("mark_false",),
    "case relate": ("relate",),
    "case unrelate": ("unrelate",),
    "case subject": ("person", "restore_person"),
    "case link": ("same_person",),
    "case unlink": ("unlink",),
    "case conversation": ("/cases/{number}/conversation",),
    "case ask-reporter": ("/cases/{number}/conversation",),
    "target add": ("in_danger",),
    "target list": ("/cases/{number}/people",),
    "target done": ("target",),
    "target follow-up": ("target",),
    "target waive": ("target",),
    "plan my-actions": ("/actions/{action}",),
    "plan complete-action": ("action", "/actions/{action}"),
    "plan report-action": ("action", "/actions/{action}"),
    "plan draft": ("draft_plan",),
    "plan approve": ("approve_plan",),
    "plan show": ("/cases/{number}/plan",),
    "plan reintegration": ("draft_reintegration",),
    "plan check-in": ("check_in",),
    "meeting schedule": ("convene",),
    "meeting move": ("move",),
    "meeting cancel": ("move",),
    "meeting hold": ("hold",),
    "meeting list": ("/cases/{number}/meetings",),
    "meeting all": ("/meetings",),
    "meeting answer": ("/meetings/{meeting}",),
    "meeting semester-call": ("/meetings/semester/call",),
    "meeting semester-answer": ("/meetings/semester/{meeting}",),
    "meeting semester-cancel": ("/meetings/semester/{meeting}",),
    "meeting semester-coming": ("/meetings/semester/{meeting}",),
    "meeting semester-move": ("/meetings/semester/{meeting}",),
    "meeting semester": ("/meetings/semester", "/meetings/semester/{meeting}"),
    "meeting minutes": ("/meetings/semester/{meeting}",),
    "referral list": ("/cases/{number}/referrals",),
    "referral show": ("/cases/{number}/referrals",),
    "referral make": ("refer",),
    "referral outcome": ("outcome",),
    "referral send-again": ("send_again",),
    "referral send-link": ("send_link",),
    "disclosure tell": ("tell",),
    "disclosure consent": ("consent",),
    "disclosure revoke-consent": ("revoke_consent",),
    "disclosure determine-emergency": ("determine",),
    "disclosure export": ("/cases/{number}/export",),
    "disclosure draft": ("draft_text",),
    "disclosure to-clear": ("/", "/texts/{text}"),
    "disclosure clear": ("/texts/{text}",),
    "disclosure release": ("/texts/{text}",),
}

#: commands that no page does, and why
NO_PAGE: Mapping[str, str] = {
    "disclosure list": "the custodian's list across a person's cases: of each case it stands under Messages",
}


def commands() -> Iterator[str]:
    """Every command of those groups."""
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    yield from (f"{group} {name}" for group in GROUPS for name in known[group].commands)


def test_every_command_about_a_case_says_which_page_does_the_same() -> None:
    """A new one says so here, or why there is none."""
    assert {*commands()} == {*PAGES, *NO_PAGE}


@pytest.mark.parametrize("command", PAGES)
def test_the_pages_that_do_the_same_are_there(command: str) -> None:
    """Each is a step of the case's pages, or an address that the console answers."""
    paths = {call.split(" ")[1] for room in rooms() for call in room.rows}
    for each in PAGES[command]:
        assert each in (paths if each.startswith("/") else STEPS), each


def test_every_step_is_offered_somewhere() -> None:
    """On the case's page, beside what it is about, beside what it clears, or as the next of the process."""
    seldom = [name for names in SELDOM.values() for name in names]
    cleared = [name for names in CLEARED_BY.values() for name in names]
    process = [row.trigger for row in TRANSITIONS if not row.comes_with]
    offered = {*ANY_TIME, *FOR_PEOPLE, *seldom, *cleared, *process, *BESIDE, "take_over"}
    assert offered == {*STEPS}
