"""Every page of the console, with cases behind it: what it is called, who opens it, and where it is."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from console.shown.admin.policy import SECTIONS
from console.shown.case.sheets import SHEETS
from console.web.cases.steps.every import STEPS
from console.web.pages import ADMIN
from notifications.messages.rendering import check_templates
from states.access import SYSTEM
from states.casebook.accounts import making
from states.casebook.disclosing import releases
from states.casebook.landing import semester_calls
from states.casebook.reading import audit
from states.casebook.record import evidence
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.team.upkeep import agreements, versions
from states.contents.team import AgreementContent, MemberContent
from states.files.arriving import Arriving
from states.files.packed import packed
from states.policy.pack import PACKS
from states.vocabulary.cases import Level
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Role
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.drafts.link_paths import POLICY
from tests.cases.walking import Walk, invented
from tests.console.web.admin.test_policy import REVISED
from tests.console.web.conftest import Served, console
from tests.console.web.files.pdfs import RED, paged
from tests.console.web.links.conftest import with_second_mailbox
from tests.console.web.links.test_every_message import told_outside
from tests.console.web.links.test_own_pages import SENTENCE
from tests.console.web.table.test_table import rooms

#: the paths that are no page of their own: after something that was typed before them, or at an institution's
#: provider, which nobody has named here; those behind a link, each of which comes with its message; and what
#: is there for an empty team alone, which its own test looks at
NO_PAGE = re.compile(
    r"/(report/(what|who|you|send|receipt)|sign-in/code|account/first/.*|.*/provider(/back)?"
    r"|(m|police/told|reports/told|recommendations|follow-up|referrals/answer)/{secret}.*)"
    r"|/(api|assets|health)\b.*|.*/(events|live|download|shown)|.*csv"
)

#: who opens what is somebody's own, by what stands for it in the address; all else is the chair's
OPENS = {"{action}": "officer", "{check_in}": "nurse", "{text}": "officer"}

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


class Shown(NamedTuple):
    """A page.

    Args:
        name: what it is called here.
        who: opens it; empty: nobody is signed in.
        path: where it is.
        status: what it answers; of what is not there the page that says so is looked at, too.
    """

    name: str
    who: str
    path: str
    status: int = HTTPStatus.OK


def addresses(served: Served, made: Mapping[str, str]) -> Iterator[Shown]:
    """Each page that there is something on."""
    yield from of_the_table(served, made)
    for called, number in made.items():
        yield Shown(f"case-{called}", "chair", f"/cases/{number}")
    for sheet in (*SHEETS, "files", "conversation"):
        yield Shown(f"empty-{sheet}", "chair", f"/cases/{made['reported']}/{sheet}")
    for part, _, _ in SECTIONS:
        yield Shown(f"admin-policy-{part}", "chair", f"{POLICY}/{part}")
    for step in STEPS:
        called = next((each for each, steps in GOES_FROM.items() if step in steps), "inquiry")
        yield Shown(f"step-{step}", "chair", f"/cases/{made[called]}/steps/{step}")
    for who in ("nurse", *MORE):
        yield Shown(f"work-{who}", who, "/")
    yield Shown("not-there", "", "/nothing", HTTPStatus.NOT_FOUND)
    yield Shown("link-not-there", "", f"/m/{'0' * 64}", HTTPStatus.NOT_FOUND)
    number = made["inquiry"]
    yield Shown("files-pdf", "officer", f"/cases/{number}/files/{pdf_in(served, number)}/preview?at=2")
    yield Shown("report-es", "", "/report?lang=es")
    for message, link in told_outside(served):
        yield Shown(f"link-{message}", "", f"{link}?lang=en")
        if link.startswith("/m/"):
            yield Shown(f"link-{message}-more", "", f"{link}/more?lang=en")


def of_the_table(served: Served, made: Mapping[str, str]) -> Iterator[Shown]:
    """Each page that the table of calls knows."""
    # What rooms make comes first: a meeting that begins without a call, as long as none is called.
    entered = [(room, room.made(served, made["monitored"]) if room.made else {}) for room in rooms()]
    served.watch.forward(minutes=1)
    there = {"query": flagged(served), "part": "levels", "member": "nurse", **own(served, made)}
    for room, has in entered:
        given = {**room.given, **has, **there}
        for call, row in room.rows.items():
            method, path = call.split(" ")
            if method == "GET" and not NO_PAGE.fullmatch(path):
                # Of what is not there for anybody in the table there is something here.
                open_to_all = row["signed out"] == row["chair"] and not path.startswith(ADMIN)
                who = next((who for named, who in OPENS.items() if named in path), "chair")
                name = re.sub(r"\W+", "-", path).strip("-") or "work"
                path = path.replace("/semester/{meeting}", "/semester/{semester}")
                path = path.format(number=made["monitored"], **given)
                yield Shown(name, "" if open_to_all else who, path)


def own(served: Served, made: Mapping[str, str]) -> Mapping[str, str]:
    """What has to be there for a page to be: it stands in the page's address."""
    book, walk = served.book, served.walk
    check_in, _ = walk.records(made["returning"], "check_ins")
    soon = book.clock() + timedelta(days=1)
    kinds = sorted(agreements.partners(book.pack))[:1]
    with_whom = AgreementContent(partner="Invented sheriff", purpose=TEXT)
    return {
        "kind": "agreement",
        "record": agreements.enter(book, with_whom, by=walk.chair, kinds=kinds, signed_at=book.clock()),
        "check_in": check_in["id"],
        "text": releases.draft(book, made["inquiry"], SENTENCE, by=walk.officer),
        "semester": semester_calls.call(book, by=walk.chair, at=soon),
        "secret": making.link(book, "dean", by=walk.chair),
    }


def pdf_in(served: Served, number: str) -> str:
    """A PDF of three pages, added to a case: its id."""
    file = Arriving(served.book.place, "invented.pdf", most=10_000)
    file.write(paged([RED] * 3))
    (file_id,) = evidence.add(served.book, number, [file.finish()], by=served.walk.officer)
    return file_id


def flagged(served: Served) -> str:
    """A question to a source that somebody should look into: its id."""
    book, by = served.book, served.walk.officer
    kind, basis = SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL
    audit.record_trial(book, by=by, source="cards", kind=kind, basis=basis, status="found")
    odd = audit.queries(book, by=served.walk.chair, odd_only=True)
    return next(line.query_id for line in odd if line.source == "cards")


def name_next(served: Served) -> None:
    """Hand a next version of the plan in, which differs in some parts and in the words of a message."""
    text = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")
    for before, after in REVISED.items():
        text = text.replace(before, after)
    text = text.replace("\nname = ", '\ntemplates = "templates"\nname = ', 1)
    words = "Subject: invented words {{ case_number }}\n\nInvented words. {{ link }}\n"
    zipped = packed({"pack.toml": text.encode(), "templates/reminder.txt.jinja": words.encode()})
    settings = served.app.state.desk.settings
    versions.hand_in(served.book, settings, zipped, by=served.walk.chair, try_templates=check_templates)


@contextmanager
def every_page(home: Path, migrated: Path) -> Iterator[tuple[Served, list[Shown]]]:
    """A console of its own, in a folder, and its pages."""
    with console(home, migrated) as served:
        served.book.pack = with_second_mailbox(served.book.pack)
        served.walk.words = words
        name_next(served)
        sweeping.sweep(served.book, by=SYSTEM)
        for member, role in MORE.items():
            content = MemberContent(name=invented(f"{member}.name"), address=f"{member}@wnmu.example")
            members.enrol(served.book, member, content, by=served.walk.chair, offices=[], roles=[role])
        yield served, list(addresses(served, cases(served.walk)))
