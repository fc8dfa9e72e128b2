"""Everything that `tat` can do, a person can do on a page: held for each command that there is."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest
import typer.main

from console.cli import app
from console.web.cases.steps.every import ANY_TIME, CLEARED_BY, FOR_PEOPLE, STEPS
from console.web.cases.ways import BESIDE, SELDOM
from states.process import TRANSITIONS
from tests.console.web.table.test_table import rooms

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
    "case treated-badly": ("reprisal",),
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
    "disclosure list": ("/cases/{number}/disclosures", "/disclosures"),
    "disclosure tell": ("tell",),
    "disclosure consent": ("consent",),
    "disclosure revoke-consent": ("revoke_consent",),
    "disclosure determine-emergency": ("determine",),
    "disclosure export": ("/cases/{number}/export",),
    "disclosure draft": ("draft_text",),
    "disclosure to-clear": ("/", "/texts/{text}"),
    "disclosure clear": ("/texts/{text}",),
    "disclosure release": ("/texts/{text}",),
    "report": ("/report", "/report/taken"),
    "assess": ("assess",),
    "deadlines": ("/", "/cases", "/cases/{number}"),
    "circuits": ("/admin/health",),
    "trends": ("/trends", "/trends.csv"),
    "import-log": ("/intake/imports",),
    "person search": ("/search",),
    "alarm raise": ("raise_alarm", "/alarms/raise"),
    "alarm list": ("/alarms",),
    "alarm show": ("/alarms", "/cases/{number}"),
    "alarm take-over": ("take_over",),
    "duty add": ("/alarms/roster",),
    "duty remove": ("/alarms/roster/{shift}/remove",),
    "duty list": ("/alarms", "/team/duty"),
    "duty offer": ("/team/duty/shifts/{shift}/offer",),
    "duty take": ("/team/duty/shifts/{shift}/answer",),
    "duty decline": ("/team/duty/shifts/{shift}/answer",),
    "duty off": ("/team/duty/off",),
    "duty back": ("/team/duty/off/{time_off}/strike",),
    "effects list": ("/runs",),
    "effects redrive": ("/runs/{effect}/again",),
    "ledger verify": ("/admin/health/record/verify",),
    "sources list": ("/admin/health",),
    "sources check": ("/admin/health/{kind}/{name}/test",),
    "audit reads": ("/audit",),
    "audit stays": ("/stays",),
    "audit refused": ("/stays",),
    "audit queries": ("/admin/queries", "/admin/queries/{query}"),
    "reports list": ("/reports",),
    "reports show": ("/reports/{period}",),
    "reports write": ("/reports/{period}",),
    "reports approve": ("/reports/{period}/approval",),
    "calls list": ("/",),
    "calls made": ("call",),
    "offices list": ("/team/offices", "/admin/health"),
    "offices check": ("/admin/health/{kind}/{name}/test",),
    "process show": ("/admin/policy/process",),
    "policy check": ("/admin/policy/next",),
    "policy show": ("/admin/policy", "/admin/policy/{part}"),
    "policy approval": ("/admin/policy",),
    "policy download": ("/admin/policy/download", "/admin/policy/next/download"),
    "policy hand-in": ("/admin/policy/next",),
    "policy take-back": ("/admin/policy/next/take-back",),
    "policy put-in-force": ("/admin/policy/next/in-force",),
    "intake list": ("/intake",),
    "intake imports": ("/intake/imports",),
    "intake undo": ("/intake/imports/{imported}/undoing",),
    "intake take": ("/intake/{entry}/report",),
    "intake set-aside": ("/intake/{entry}/aside",),
    "team add": ("/admin/enter",),
    "team change": ("/admin/accounts/{member}",),
    "team end": ("/admin/accounts/{member}/end",),
    "team list": ("/team",),
    "team review": ("/reviews",),
    "team approve-review": ("/reviews/{review}/approval",),
    "team reviews": ("/reviews",),
    "team correct": ("/team/correct/{kind}/{record}",),
    "team trained": ("/team/training",),
    "team take-back-training": ("/team/training/{training}/taken-back",),
    "team training": ("/team/training",),
    "team change-of-law": ("/team/changes",),
    "team changes": ("/team/changes",),
    "team confirm": ("/team/changes/{change}/read",),
    "team take-back-change": ("/team/changes/{change}/taken-back",),
    "team agreement": ("/team/agreements",),
    "team agreements": ("/team/agreements",),
    "team review-agreement": ("/team/agreements/{agreement}/review",),
    "team end-agreement": ("/team/agreements/{agreement}/end",),
    "account link": ("/admin/accounts/{member}/link",),
    "account reset": ("/admin/accounts/{member}/reset",),
    "account reached": ("/account/reached",),
    "account list": ("/admin/accounts",),
    "token make": ("/account/tokens",),
    "token list": ("/account/tokens",),
    "token revoke": ("/account/tokens/{token}/revoke",),
    "notices list": ("/admin/messages",),
    "notices preview": ("/admin/messages/{message}",),
}

#: commands that no page does, by the fact that is why
NO_PAGE: Mapping[str, Collection[str]] = {
    "it runs before there is a console, or starts it": ("init", "up", "demo", "restore"),
    "it says whether the console runs, too, to what supervises it": ("health",),
    "it starts a server for whoever writes software": ("partner-stub",),
    "it makes a folder of source code for whoever writes software": ("sources new", "offices new"),
    "it prints a format for a file that lies on the server; a page guesses, and asks": ("intake formats",),
    "`tat up` does it by itself: every minute, every night, or as often as is set": (
        *("intake take-in", "ledger checkpoint", "ledger anchor", "backup"),
    ),
    "`tat up` does it by itself after an update": ("person index",),
    "it works on the server's own keys and files, which no page reaches": (
        *("keys rotate", "ledger check-files", "ledger accept-copy", "account check"),
    ),
    "it needs neither a key nor an account, so that whoever keeps an anchor checks it alone": (
        "ledger check-anchor",
    ),
    "it follows a restored backup, when whoever restored it is at the server": ("effects let-go",),
    "it gives an auditor the team's chain as a document, link by link": ("ledger team",),
}


def commands() -> Iterator[str]:
    """Every command of `tat`, in whatever group."""

    def below(command: Any, called: tuple[str, ...]) -> Iterator[str]:
        if not hasattr(command, "commands"):
            yield " ".join(called)
            return
        for name, each in command.commands.items():
            yield from below(each, (*called, name))

    yield from below(typer.main.get_command(app), ())


def test_every_command_says_which_page_does_the_same() -> None:
    """A new one says so here, or why there is none; none is here that there is no more."""
    without = [name for names in NO_PAGE.values() for name in names]
    assert sorted(commands()) == sorted([*PAGES, *without])


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
