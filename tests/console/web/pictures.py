"""Pictures of every page, run by name after a change of looks; the suite leaves it out.

``TAT_PICTURES=a-folder .venv/bin/python -m pytest -q tests/console/web/pictures.py`` takes each page that
the tables of calls know, on a desk and in a hand, on light and on dark paper, and the records of cases as
they print. It says of each what a program sees to be wrong: what is wider than the
screen, an id or a time that no person reads. ``-k`` chooses screens; ``TAT_PAGES`` (a regular
expression) chooses pages.
"""

import os
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from console.shown.admin.policy import SECTIONS
from console.shown.case.sheets import SHEETS
from console.web.cases.steps.every import STEPS
from console.web.pages import ADMIN
from states.access import SYSTEM
from states.casebook.reading import audit
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.contents.team import MemberContent
from states.policy.pack import PACKS
from states.vocabulary.cases import Level
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Role
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.drafts.link_paths import POLICY
from tests.cases.walking import Walk, invented
from tests.console.web.admin.test_policy import REVISED
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import second_mailbox
from tests.console.web.links.test_every_message import told_outside
from tests.console.web.table.test_table import rooms
from tests.servers.chromium import opened

__all__ = ["second_mailbox"]

#: width, height, whether the paper is dark; the one in the middle is a desk's at 200 %
SCREENS = {
    "desk": (1280, 900, False),
    "desk-dark": (1280, 900, True),
    "twice": (640, 900, False),
    "hand": (360, 780, False),
    "hand-dark": (360, 780, True),
}

#: an id, and a time as machines write it
UNREADABLE = re.compile(r"\b[0-9a-f]{12,}\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[a-z]+_[a-z_]+")

#: gives what is wider than it may be
WIDER = """() => [document.documentElement, ...document.querySelectorAll('.wide')]
    .filter(each => each.scrollWidth > each.clientWidth + 1)
    .map(each => `${each.getAttribute('aria-label') || 'something'} is ${each.scrollWidth} px wide`)"""

#: those who have no case, beside the team
MORE = {"operator": Role.OPERATOR, "admin": Role.ADMINISTRATOR, "auditor": Role.AUDITOR, "desk": Role.INTAKE}

#: of a step that goes from elsewhere than an inquiry: the case that is looked at
GOES_FROM = {
    "reported": ("screen", "dismiss", "assign", "open_inquiry"),
    "assessed": ("develop_plan", "draft_plan"),
    "planned": ("activate_plan", "approve_plan"),
    "monitored": (
        *("action", "outcome", "refer", "send_again", "send_link", "hold", "move"),
        *("revise_plan", "begin_reintegration"),
    ),
    "returning": ("check_in", "close", "resume_monitoring", "draft_reintegration"),
    "closed": ("reopen",),
}

TEXT = (
    "Wrote on the board that nobody would want to be there on Thursday, and said later that it was a joke; "
    "two people heard it, and one of them left the room."
)


def words(field: str) -> str:
    """What is said in a field, at the length that people write."""
    short = ("name", "phone", "email", "address", "license_plate", "other_identification")
    return invented(field).replace("_", "-") if field.endswith(short) else TEXT


def cases(walk: Walk) -> Mapping[str, str]:
    """A case of about every state, by what it is called here."""
    made = {
        "reported": walk.reported(),
        "inquiry": walk.in_inquiry(Level.SEVERE),
        "assessed": walk.assessed(Level.ELEVATED),
        "planned": walk.planned(Level.ELEVATED),
        "monitored": walk.monitored(Level.SEVERE, referrals=(ReferralKind.CONDUCT,)),
        "returning": walk.reintegrating(),
        "closed": walk.closed(),
    }
    walk.met(made["monitored"])
    return made


def addresses(served: Served, made: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each page: what it is called here, who opens it (empty: nobody is signed in), and where it is."""
    there = {"query": flagged(served), "part": "levels", "member": "nurse"}
    for room in rooms():
        given = {**room.given, **(room.made(served, made["monitored"]) if room.made else {}), **there}
        for call, row in room.rows.items():
            method, path = call.split(" ")
            if method == "GET" and not re.search(
                r"^/(api|assets|health)|/(events|live|download|shown)$|csv", path
            ):
                # Of what is not there for anybody in the table there is something here.
                open_to_all = row["signed out"] == row["chair"] and not path.startswith(ADMIN)
                who = "" if open_to_all else "officer" if "{action}" in path else "chair"
                name = re.sub(r"\W+", "-", path).strip("-") or "work"
                yield name, who, path.format(number=made["monitored"], **given)
    for called, number in made.items():
        yield f"case-{called}", "chair", f"/cases/{number}"
    for sheet in (*SHEETS, "files", "conversation"):
        yield f"empty-{sheet}", "chair", f"/cases/{made['reported']}/{sheet}"
    for part, _, _ in SECTIONS:
        yield f"admin-policy-{part}", "chair", f"{POLICY}/{part}"
    for step in STEPS:
        called = next((each for each, steps in GOES_FROM.items() if step in steps), "inquiry")
        yield f"step-{step}", "chair", f"/cases/{made[called]}/steps/{step}"
    for who in ("nurse", *MORE):
        yield f"work-{who}", who, "/"
    yield "not-there", "", "/nothing"
    yield "report-es", "", "/report?lang=es"
    for message, link in told_outside(served):
        yield f"link-{message}", "", f"{link}?lang=en"


def flagged(served: Served) -> str:
    """A question to a source that somebody should look into: its id."""
    book, by = served.book, served.walk.officer
    kind, basis = SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL
    audit.record_trial(book, by=by, source="cards", kind=kind, basis=basis, status="found")
    odd = audit.queries(book, by=served.walk.chair, odd_only=True)
    return next(line.query_id for line in odd if line.source == "cards")


def name_next(served: Served) -> None:
    """Name a next version of the plan, which differs in some parts."""
    text = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")
    for before, after in REVISED.items():
        text = text.replace(before, after)
    folder = served.app.state.desk.settings.home / "next"
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    served.app.state.desk.settings.next_pack = str(folder)


def wrong(page: Page) -> list[str]:
    """What a program sees to be wrong with a page."""
    unreadable = (
        set(UNREADABLE.findall(page.locator("main").inner_text())) if page.locator("main").count() else ()
    )
    return [*page.evaluate(WIDER), *(f"reads {one}" for one in sorted(unreadable))]


@pytest.fixture(scope="module")
def pages(served: Served) -> list[tuple[str, str, str]]:
    """Every page, with cases behind it."""
    served.walk.words = words
    name_next(served)
    sweeping.sweep(served.book, by=SYSTEM)
    for member, role in MORE.items():
        content = MemberContent(name=invented(f"{member}.name"), address=f"{member}@wnmu.example")
        members.enrol(served.book, member, content, by=served.walk.chair, offices=[], roles=[role])
    return [
        each
        for each in addresses(served, cases(served.walk))
        if re.search(os.environ.get("TAT_PAGES", ""), each[0])
    ]


@pytest.mark.parametrize("screen", SCREENS)
def test_pictures(
    browser: Browser,
    served: Served,
    pages: list[tuple[str, str, str]],
    tmp_path_factory: pytest.TempPathFactory,
    screen: str,
) -> None:
    """Each page is there to be looked at, and nothing in it is wrong that a program sees."""
    chosen = os.environ.get("TAT_PICTURES")
    out = (Path(chosen) if chosen else tmp_path_factory.mktemp("pictures")) / screen
    out.mkdir(parents=True, exist_ok=True)
    width, height, dark = SCREENS[screen]
    found = list[str]()
    for who in sorted({who for _, who, _ in pages}):
        with opened(browser, width, height, dark=dark) as page:
            if who:
                secret = served.login(who).sign_in(served.book)
                page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
            for name, by, path in pages:
                if by == who:
                    answer = page.goto(f"{served.url}{path}")
                    gone = answer is not None and answer.status == HTTPStatus.NOT_FOUND
                    if gone and path.startswith((ADMIN, "/cases/")):
                        found.append(f"{name}: is not there")
                    page.screenshot(path=out / f"{name}.png", full_page=True)
                    if screen == "desk" and path.startswith("/cases/TAT") and "/steps/" not in path:
                        page.pdf(path=out / f"{name}.pdf", format="Letter")
                    found += [f"{name}: {one}" for one in wrong(page)]
    assert found == [], f"{out}\n" + "\n".join(found)
