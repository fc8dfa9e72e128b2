"""The console as `tat up` starts it: its logs, addresses, cookies and mail hold no name and no content."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from console.web.report.reading import STEPS
from flows.catalog import CATALOG
from flows.performing import perform
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.accounts import making, tokens
from states.casebook.effects import listing
from states.casebook.intake import conversations
from states.casebook.plan import meetings
from states.casebook.team import members
from states.contents.team import MemberContent
from states.errors import EffectFailed
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind, EffectStatus
from states.vocabulary.people import Affiliation, Role
from states.vocabulary.plans import MeetingKind
from states.vocabulary.programs import Scope
from tasks.desk import open_desk
from tasks.drafts.link_paths import SETTING_UP
from tests.cases.signing_in import PASSWORD, Login
from tests.cases.walking import ROUTED, Walk
from tests.console.web.report.test_steps import FORM
from tests.privacy.crawling import Crawler
from tests.privacy.marking import CONTENT, FAULT, Words, in_files, shapes
from tests.privacy.served import TALKATIVE, Process, running, words_of
from tests.servers.serving import TRUST
from tests.waiting import PATIENCE

#: asks for pages, as a browser does
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}

#: what a database says when a rule of its own is broken
COMPLAINT = f"""
CREATE TRIGGER complaint BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, '{FAULT} of the database'); END
"""


#: who else comes in, by what they are
OTHERS = {
    "keeper": (Role.CUSTODIAN, Role.INTAKE, Role.AUDITOR),
    "runner": (Role.OPERATOR, Role.ADMINISTRATOR),
}


#: what a reporter writes in their own words
WRITTEN = (
    "behavior_of_concern",
    "occurred_at",
    "specific_threat_or_event",
    "name",
    "location",
    "other_identification",
    "campus_id",
    "reporter_name",
    "reporter_phone",
    "other_name",
    "other_phone",
)

#: how many pages each is shown at least, and how many forms are taken from them
WALKED = {
    "reporter": (5, 4),
    "recipients": (20, 10),
    "chair": (100, 35),
    "keeper": (80, 15),
    "runner": (40, 15),
}

#: those whose pages tell what people wrote
READERS = ("reporter", "recipients", "chair", "keeper", "runner")

#: how what is taken is answered
WENT_WELL = (httpx.codes.OK, httpx.codes.SEE_OTHER)


class Marked(Words):
    """Marks what people write, but for where mail goes: that stands on its envelope."""

    def __call__(self, field: str) -> str:
        """The word for a field."""
        if field.endswith((".address", "reporter.email")):
            return f"nobody-{field.replace('.', '-')}"
        return super().__call__(field)


@dataclass(frozen=True, slots=True)
class Walked:
    """A console that was walked through by everybody who has a door there.

    Args:
        process: the console.
        browsers: the browser of each.
        said: what the console had said by then.
        mails: what had been sent by then.
        lead: name and telephone of whoever leads the case with the alarm.
    """

    process: Process
    browsers: Mapping[str, Crawler]
    said: str
    mails: list[EmailMessage]
    lead: tuple[str, str]


@pytest.fixture
def walked(tmp_path: Path, migrated: Path) -> Iterator[Walked]:
    """Strangers report and open what they were sent; the team's people go wherever their pages lead."""
    given = Marked()
    with ExitStack() as stack:
        process = stack.enter_context(running(tmp_path / "home", migrated))
        book = Casebook.open(process.settings)
        stack.callback(book.close)
        walk = Walk(book, given)
        lead = (given.given["chair.name"], given.given["chair.phone"])
        number = cases(walk)
        for member, roles in OTHERS.items():
            content = MemberContent(name=given("name"), address=f"{member}@wnmu.example")
            members.enrol(book, member, content, by=walk.chair, offices=["student_affairs"], roles=roles)
        who = ("reporter", "recipients", "chair", *OTHERS)
        browsers = {each: visitor(stack, process, given) for each in who}
        reporter(browsers["reporter"], given)
        asyncio.run(do_all_that_is_owed(process))
        recipients(browsers["recipients"], process, given)
        for member in who[2:]:
            come_in(browsers[member], book, member, given)
        program(process, book, number, given)
        fail(book, browsers["chair"], number, given)
        for member in who[2:]:
            browsers[member].walk("/", f"/cases/{number}")
        asyncio.run(do_all_that_is_owed(process))
        yield Walked(process, browsers, process.said.read_text(), process.mails(), lead)


def cases(walk: Walk) -> str:
    """Cases of several stages, and what is told about them; gives the number of one that is monitored."""
    book, words = walk.book, walk.words
    walk.reintegrating(affiliation=Affiliation.STAFF)
    walk.closed()
    number = walk.monitored(Level.SEVERE, referrals=ROUTED)
    soon = book.clock() + timedelta(days=1)
    meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=soon)
    walk.act(number, "raise_alarm", {"reason": words("alarm")})
    reported = walk.reported()
    (report,) = walk.records(reported, "reports")
    conversations.ask(book, reported, report["id"], words("question"), by=walk.chair)
    return number


def visitor(stack: ExitStack, process: Process, given: Words) -> Crawler:
    """A browser in which nobody is signed in."""
    client = httpx.Client(base_url=process.url, headers=BROWSER, timeout=PATIENCE, verify=TRUST)
    return Crawler(stack.enter_context(client), given)


def reporter(browser: Crawler, given: Words) -> None:
    """Somebody reports a concern, comes back to it, and adds to it."""
    said = {**FORM, **{name: given(name) for name in WRITTEN}}
    browser.fill("/report", site=said["site"], danger="no")
    for step, names in STEPS.items():
        browser.fill(f"/report/{step}", **{name: said[name] for name in names if name in said})
    receipt, secret = re.findall(r"<code>([^<]+)</code>", browser.get("/report/receipt").text)
    back = {"receipt": receipt, "secret": secret}
    browser.fill("/report/return", **back)
    browser.press("/report/return", **back, more=given("more"))
    browser.fill("/report/return", receipt=given("receipt"), secret=given("secret"))


def recipients(browser: Crawler, process: Process, given: Words) -> None:
    """Offices, police and reporters open what they were sent, by a code where one is asked, and answer."""
    for mail in process.mails():
        said = words_of(mail)
        number = re.search(r"TAT-\d{4}-\d{4}", said)
        for link in sorted(set(re.findall(rf"{process.url}[^\s\"<]*/[0-9a-f]{{64}}", said))):
            shown = browser.get(link).text
            if number and f"{urlsplit(link).path}/code" in shown:
                browser.press(f"{link}/code", number=given("number"))
                browser.press(f"{link}/code", number=number.group())
                browser.press(f"{link}/open", code=given("code"))
                browser.press(f"{link}/open", code=process.code())
            browser.walk(link)


def come_in(browser: Crawler, book: Casebook, member: str, given: Words) -> None:
    """Somebody sets an account up by a one-time link, and signs in, on the pages for it."""
    link = making.link(book, member, by=members.actor(book, "chair"))
    login = Login(member, making.setting_up(book, link).key, [])
    browser.fill(f"{SETTING_UP}/{link}", code=login.code(book.clock()), password=PASSWORD)
    browser.fill("/sign-in", name=given("typed"), password=given("password"))
    browser.fill("/sign-in", name=member, password=PASSWORD)
    # Of each half minute one code, which works once: the next one works by now, too.
    soon = book.clock() + timedelta(seconds=30)
    assert browser.fill("/sign-in/code", code=login.code(soon)).headers["location"] == "/"


def program(process: Process, book: Casebook, number: str, given: Words) -> None:
    """A program reads, writes, asks for a person, and is refused."""
    made = tokens.make(
        book,
        "a-program",
        by=members.actor(book, "chair"),
        scopes=list(Scope),
        lasts=timedelta(minutes=50),
    )
    head = {"Authorization": f"Bearer {made.secret}", "If-Match": "*"}
    note = {"kind": "observation", "text": given("note")}
    with httpx.Client(base_url=f"{process.url}/api", headers=head, timeout=PATIENCE, verify=TRUST) as client:
        for method, path, sent in (
            ("GET", "/cases", None),
            ("GET", f"/cases/{number}", None),
            ("POST", f"/cases/{number}/notes", note),
            ("POST", f"/cases/{number}/notes", {**note, given("unknown"): given("unknown")}),
            ("POST", f"/cases/{number}/steps/close", {"given": {given("given"): given("given")}}),
            ("POST", "/persons/search", {"text": given("searched")}),
        ):
            answer = client.request(
                method, path, json=sent, headers={"Idempotency-Key": f"{path}{len(str(sent))}"}
            )
            assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR
            assert not marked(str(answer.headers))


def fail(book: Casebook, chair: Crawler, number: str, given: Words) -> None:
    """Something is written that the database refuses, aloud."""
    with book.store.write() as connection:
        connection.execute(text(COMPLAINT))
    answer = chair.fill(f"/cases/{number}/steps/note", kind="observation", text=given("note"))
    assert (answer.status_code, marked(str(answer.headers))) == (httpx.codes.INTERNAL_SERVER_ERROR, False)
    with book.store.write() as connection:
        connection.execute(text("DROP TRIGGER complaint"))


def marked(found: str) -> bool:
    """Whether something shows a marker, in any shape."""
    return any(shape in found.lower().encode() for stem in (CONTENT, FAULT) for shape in shapes(stem))


async def do_all_that_is_owed(process: Process) -> None:
    """Send what cases owe, as the relay does."""
    desk = open_desk(process.settings)
    try:
        for line in listing.effects(desk.book, by=SYSTEM, status=EffectStatus.PENDING, limit=1000):
            try:
                await perform(desk, line.effect_id, CATALOG[EffectKind(line.kind)].does, run="here")
            except EffectFailed:
                continue
    finally:
        desk.book.close()


def nothing_that_it_says_is_marked(walked: Walked) -> None:
    """Neither of its outputs shows one; that the database complained of something is there."""
    assert "integrity_error" in walked.said
    assert not marked(walked.said)
    settings = walked.process.settings
    assert in_files(CONTENT, [each for each in settings.home.iterdir() if each != settings.outbox]) == []
    assert not any(marked(each.name) for each in settings.home.rglob("*"))


def no_address_is_marked(walked: Walked) -> None:
    """Whatever was asked for, linked to, led to or kept; a case's number alone is typed into one."""
    for who, browser in walked.browsers.items():
        assert [each for each in browser.seen if marked(each)] == [], who
        assert browser.typed_into_addresses <= {("/runs", "case")}, who


def the_walk_was_worth_something(walked: Walked) -> None:
    """Each found pages that show what people wrote, and took steps; nothing broke but what was made to."""
    for who, (pages, steps) in WALKED.items():
        browser = walked.browsers[who]
        took = Counter(how.split()[0] for how, status in browser.answers.items() if status in WENT_WELL)
        assert took["GET"] >= pages, who
        assert took["POST"] >= steps, who
        assert browser.shown_a_marker == (who in READERS), who
        assert [how for how, status in browser.answers.items() if status >= 500] == [], who


def no_mail_is_marked(walked: Walked) -> None:
    """Links, codes, invitations, news of accounts and of questions: subject and body name nobody.

    An alert alone says who leads the case, and where they are phoned (W-13).
    """
    told = set[str]()
    for mail in walked.mails:
        name, said = str(mail.get("X-Tatflow-Message")), words_of(mail)
        told.add(name)
        if name == "alert_police":
            for lead in walked.lead:
                said = said.replace(lead, "")
        assert not marked(said), name
    assert told >= {"link_code", "account_news", "meeting_invitation", "alert_police", "handover"}
    assert any("/report/return" in words_of(mail) for mail in walked.mails)


@pytest.mark.long
@pytest.mark.clause("W-39", "W-40", "P-08")
def test_no_log_address_cookie_or_mail_of_a_console_that_is_walked_through_holds_a_marker(
    walked: Walked,
) -> None:
    """One walk, as it takes its time; everybody comes in, reads, fills in every form, and is written to."""
    the_walk_was_worth_something(walked)
    nothing_that_it_says_is_marked(walked)
    no_address_is_marked(walked)
    no_mail_is_marked(walked)


@pytest.mark.clause("W-39", "P-08")
def test_no_line_is_for_each_request_however_much_is_logged(tmp_path: Path, migrated: Path) -> None:
    """An address that somebody makes up may hold a name: it is not written down by a web server either."""
    with running(tmp_path / "home", migrated, ("-c", TALKATIVE)) as process:
        for way in ("GET", "POST"):
            httpx.request(way, f"{process.url}/{CONTENT}?{CONTENT}={CONTENT}", verify=TRUST, timeout=PATIENCE)
    said = process.said.read_text()
    assert "Started server process" in said
    assert not marked(said)
