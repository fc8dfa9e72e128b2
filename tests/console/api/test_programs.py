"""Programs over real HTTP: whose token does what, two who write at once, calls sent twice, lists in pages."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta

import httpx
import pytest

from console.api.pace import Pace
from states.casebook.accounts import answered, making, tokens
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import logbook
from states.casebook.reading import timeline
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.errors import Missing
from states.tables import KeptAnswer
from states.vocabulary.cases import Level
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope
from tests.cases.signing_in import PASSWORD, Login
from tests.console.api.conftest import Programs
from tests.console.web.conftest import Served
from tests.states.looking import case, rows
from tests.waiting import PATIENCE

NOTE = {"kind": "observation", "text": "invented words of a note"}


@pytest.fixture
def number(served: Served) -> str:
    """A case that the officer leads."""
    number = served.walk.reported()
    triage.assign(served.book, number, by=served.walk.chair, lead="officer", offices=["university_police"])
    return number


def notes(served: Served, number: str) -> int:
    """How many notes are on record."""
    return len(served.walk.records(number, "notes"))


def test_a_stolen_token_does_what_it_is_for_until_it_is_revoked_or_its_member_leaves(
    served: Served, program: Programs, number: str
) -> None:
    """No scope more, no day longer, and nothing that its member may not."""
    book, chair = served.book, served.walk.chair
    reading = program("officer", [Scope.READ])
    assert reading.get(f"/cases/{number}").status_code == 200
    refused = reading.post(f"/cases/{number}/notes", json=NOTE)
    assert (refused.status_code, 'scope="write"' in refused.headers["www-authenticate"]) == (403, True)
    assert notes(served, number) == 0
    sought = reading.post("/persons/search", json={"text": number})
    assert (sought.status_code, sought.json()["items"][0]["number"]) == (200, number)
    token_id = reading.headers["Authorization"].split("_")[1]
    tokens.revoke(book, token_id, by=chair)
    gone = reading.get(f"/cases/{number}")
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, "Bearer")
    content = MemberContent(name="invented-guest-name", address="guest@wnmu.example")
    members.enrol(book, "guest", content, by=chair, offices=["university_police"], roles=[Role.MEMBER])
    theirs = program("guest")
    assert theirs.get(f"/cases/{number}").status_code == 200
    ending.end(book, "guest", by=chair, on=book.clock(), hand_over_to="officer")
    assert theirs.get(f"/cases/{number}").status_code == 401
    # Whoever comes back one day does so without what they had given to programs.
    members.enrol(book, "guest", content, by=chair, offices=["university_police"], roles=[Role.MEMBER])
    assert theirs.get(f"/cases/{number}").status_code == 401
    late = program("officer")
    served.watch.forward(minutes=51)
    assert late.get("/cases").status_code == 401
    for secret in ("x", "tat_x_y", f"tat_{token_id}_{'0' * 64}", "tat_\u00e9_x"):
        head = {b"Authorization": f"Bearer {secret}".encode()}
        assert httpx.get(f"{served.url}/api/cases", headers=head, timeout=PATIENCE).status_code == 401, secret


def test_setting_an_account_up_anew_ends_its_tokens(served: Served, program: Programs) -> None:
    """As it ends its sessions: whoever had the old phone may have made them."""
    book = served.book
    theirs = program("dean")
    secret = making.link(book, "dean", by=served.walk.chair)
    served.watch.forward(seconds=30)
    login = Login("dean", making.setting_up(book, secret).key, [])
    login.recovery = making.set_up(book, secret, PASSWORD, login.code(book.clock()))
    served.logins["dean"] = login
    assert theirs.get("/cases").status_code == 401


def test_a_system_reports_and_does_nothing_else(served: Served) -> None:
    """Its token is made by whoever runs accounts; what it reports is a report like any other."""
    made = tokens.make(
        served.book,
        "campus-app",
        by=served.walk.chair,
        scopes=[Scope.REPORT],
        lasts=timedelta(days=1),
        for_system=True,
    )
    with httpx.Client(
        base_url=f"{served.url}/api", headers={"Authorization": f"Bearer {made.secret}"}, timeout=PATIENCE
    ) as system:
        subject = {"site": "silver_city", "identifiers": {"campus_id": "invented-77"}}
        report = {"report": {"behaviour_of_concern": "invented", "channel": "written", "subject": subject}}
        for _ in range(2):
            receipt = system.post("/reports", json=report)
            assert receipt.status_code == 200
            told = {name: value for name, value in receipt.json().items() if name != "report_id"}
            # Whether there was a case about somebody is not a system's to learn.
            assert told == {"number": "", "joined": False, "candidates": [], "doubtful": False}
        number = max(line.number for line in served.walk.cases())
        for method, path in (
            ("GET", "/cases"),
            ("GET", f"/cases/{number}"),
            ("GET", "/team"),
        ):
            assert system.request(method, path).status_code == 403


def test_of_two_who_write_at_once_the_second_is_told_what_the_first_did(
    program: Programs, served: Served, number: str
) -> None:
    """The case's version is its ETag; whoever decides says which one they saw; nothing is lost unseen."""
    chair, officer = program("chair"), program("officer")
    seen = chair.get(f"/cases/{number}").headers["etag"]
    assert officer.get(f"/cases/{number}").headers["etag"] == seen, "reading changes nothing"
    screening = {"level": Level.MODERATE, "because": "invented"}
    path = f"/cases/{number}/screenings"
    assert chair.post(path, json=screening).status_code == 428
    assert chair.post(path, json=screening, headers={"If-Match": "W/x"}).status_code == 400
    first = officer.post(path, json=screening, headers={"If-Match": seen})
    assert first.status_code == 200
    second = chair.post(path, json=screening, headers={"If-Match": seen})
    assert second.status_code == 412
    assert second.json()["changes"] == ["screened by officer"]
    assert second.headers["content-type"] == "application/problem+json"
    assert len(served.walk.records(number, "screenings")) == 1
    now = first.headers["etag"]
    assert chair.get(f"/cases/{number}", headers={"If-None-Match": now}).status_code == 304
    assert chair.post(path, json=screening, headers={"If-Match": now}).status_code == 200


def test_a_call_that_is_sent_again_is_carried_out_once(
    program: Programs, served: Served, number: str
) -> None:
    """The same key and the same call: the same answer; another call: refused. It is forgotten after a day."""
    officer, path = program("officer"), f"/cases/{number}/notes"
    head = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first = officer.post(path, json=NOTE, headers=head)
    again = officer.post(path, json=NOTE, headers=head)
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
    assert notes(served, number) == 1
    assert officer.post(path, json=NOTE | {"text": "another"}, headers=head).status_code == 422
    assert officer.post(path, json=NOTE, headers={"Idempotency-Key": "no key"}).status_code == 400
    assert program("chair").post(path, json=NOTE, headers=head).json() != first.json(), (
        "keys are the token's own"
    )
    refused = {"Idempotency-Key": "free"}
    assert officer.post(path, json={}, headers=refused).status_code == 422
    assert officer.post(path, json=NOTE, headers=refused).status_code == 200, (
        "what wrote nothing frees its key"
    )
    served.watch.forward(hours=24, seconds=1)
    later = program("officer")
    assert later.post(path, json=NOTE, headers=head).status_code == 200
    assert notes(served, number) == 4


def test_an_answer_of_yesterday_is_nothing_to_whom_the_case_is_not_there_for_today(
    program: Programs, served: Served, number: str
) -> None:
    """Whoever was taken off the case is answered as for none, also under a key of theirs."""
    officer, path = program("officer"), f"/cases/{number}/notes"
    head = {"Idempotency-Key": "invented-key"}
    assert officer.post(path, json=NOTE, headers=head).status_code == 200
    triage.assign(served.book, number, by=served.walk.chair, lead="dean", offices=["academic_affairs"])
    gone = officer.post(path, json=NOTE, headers=head)
    assert (gone.status_code, gone.content) == (404, officer.get("/cases/TAT-1999-0001").content)


def test_what_a_call_without_a_number_was_answered_goes_with_its_case(
    program: Programs, served: Served
) -> None:
    """A report names no case; its answer is sealed with the key of the case that it came into."""
    walk = served.walk
    number = walk.reported()
    officer, head = program("officer"), {"Idempotency-Key": "invented-report"}
    about = {
        "behaviour_of_concern": "invented",
        "subject": {"name": "invented-subject-name", "site": "deming"},
    }
    sent = {"report": about, "into": number}
    first = officer.post("/reports", json=sent, headers=head)
    assert (first.status_code, officer.post("/reports", json=sent, headers=head).content) == (
        200,
        first.content,
    )
    assert case(served.book, number).id in {row.scope for row in rows(served.book, KeptAnswer)}
    screened = triage.screen(served.book, number, by=walk.officer, level=Level.NONE, because="invented")
    assessing.concur(served.book, number, by=walk.chair, about=screened)
    walk.dispose(number)
    walk.act(number, "dismiss")
    walk.erase(number)
    gone = officer.post("/reports", json=sent, headers=head)
    assert (gone.status_code, number in gone.text) == (409, False)
    assert "erased" in gone.json()["detail"]


def test_a_call_whose_answer_was_lost_is_not_carried_out_again(served: Served, number: str) -> None:
    """That it wrote is noted where it is written; what wrote nothing and died is carried out anew."""
    book, officer = served.book, served.walk.officer
    sent = answered.Sent("a-token", "a-key", b"asked", number)

    def dies_before(_book: object) -> answered.Answer:
        with pytest.raises(answered.StillRunning):
            answered.once(book, sent, dies_before)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answered.once(book, sent, dies_before)

    def dies_after(noting: object) -> answered.Answer:
        triage.screen(noting, number, by=officer, level=Level.MILD, because="invented")  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answered.once(book, sent, dies_after)
    with pytest.raises(answered.AnswerLost):
        answered.once(book, sent, dies_after)
    assert len(served.walk.records(number, "screenings")) == 1


def test_a_refusal_says_everything_that_is_missing_and_who_can_clear_it(
    program: Programs, number: str
) -> None:
    """As the guard explainer does on a page, with the clause."""
    chair = program("chair")
    seen = chair.get(f"/cases/{number}").headers["etag"]
    refused = chair.post(f"/cases/{number}/steps/assess", json={}, headers={"If-Match": seen})
    assert refused.status_code == 409
    assert all(set(each) == {each.name for each in fields(Missing)} for each in refused.json()["missing"])
    steps = {each["trigger"]: each for each in chair.get(f"/cases/{number}/steps").json()["items"]}
    refused = chair.post(f"/cases/{number}/steps/open_inquiry", json={}, headers={"If-Match": seen})
    assert refused.json()["missing"] == steps["open_inquiry"]["missing"]


def test_what_one_may_not_see_is_answered_as_what_is_not_there(program: Programs, number: str) -> None:
    """Byte for byte, head for head, whatever is asked of it, also with a key or a version."""
    dean = program("dean")
    for method, path, sent in (
        ("GET", "", None),
        ("GET", "/timeline", None),
        ("POST", "/notes", NOTE),
        ("POST", "/notes", {}),
        ("POST", "/screenings", {"level": "Mild", "because": "x"}),
        ("POST", "/screenings", {}),
        ("POST", "/steps/open_inquiry", {}),
    ):
        for head in ({}, {"If-Match": '"1"'}, {"If-None-Match": '"1"'}):
            answers = [
                dean.request(method, f"/cases/{each}{path}", json=sent, headers=head)
                for each in (number, "TAT-1999-0001", "nonsense")
            ]
            heads = [{k: v for k, v in each.headers.items() if k != "date"} for each in answers]
            assert {each.content for each in answers} == {answers[0].content}, (method, path, head)
            assert (answers[0].status_code, heads) == (404, heads[:1] * 3), (method, path, head)


def pages(client: httpx.Client, path: str, **query: str) -> Iterator[list[dict[str, str]]]:
    """Every page of a list."""
    cursor = ""
    while True:
        page = client.get(path, params={"limit": "2", "cursor": cursor, **query}).json()
        yield page["items"]
        cursor = page["next"] or ""
        if not cursor:
            return


def test_what_changes_between_two_pages_is_neither_lost_nor_shown_twice(
    program: Programs, served: Served
) -> None:
    """Cases change and come in while somebody reads on; a cursor fits its own list and reader alone."""
    chair = program("chair")
    there = [served.walk.reported() for _ in range(5)]
    listed = list[str]()
    for page in pages(chair, "/cases"):
        listed += [line["number"] for line in page]
        triage.screen(served.book, there[0], by=served.walk.chair, level=Level.MILD, because="invented")
        if len(listed) == 2:
            served.walk.reported()
    assert len(listed) == len(set(listed))
    assert set(there) < set(listed)
    cursor = chair.get("/cases", params={"limit": "2"}).json()["next"]
    for client, path, query in (
        (chair, "/alarms", {"cursor": cursor}),
        (program("dean"), "/cases", {"cursor": cursor}),
        (chair, "/cases", {"cursor": cursor, "state": "Closed"}),
        (chair, "/cases", {"cursor": f"{cursor}0"}),
        (chair, "/cases", {"limit": "201"}),
        (chair, "/cases", {"limit": "99999999999999999999"}),
        (chair, "/cases", {"no_such_filter": "1"}),
    ):
        assert client.get(path, params=query).status_code == 422, query


@pytest.mark.clause("P-08")
def test_what_a_program_reads_is_on_record_as_its_member_s_reading(
    program: Programs, served: Served, number: str
) -> None:
    """Each time that a case is opened; a list opens none."""
    officer = program("officer")

    def reads() -> list[str]:
        happened = timeline.timeline(served.book, number, by=served.walk.chair, on_record=True)
        return [each.actor for each in happened if each.what == "read"]

    before = reads()
    officer.get("/cases")
    program("dean").get(f"/cases/{number}")
    assert reads() == before
    officer.get(f"/cases/{number}")
    assert reads() == [*before, "officer"]


def test_what_no_program_should_send_is_no_error_of_ours(
    program: Programs, number: str, served: Served
) -> None:
    """JSON that means two things or nothing, bombs, numbers that are none: refused; nothing is written."""
    officer = program("officer")
    kind = {"Content-Type": "application/json"}
    for sent in (
        b"{", b"[]", b"null", b"NaN", b'{"text": NaN}', b'{"text": "a", "text": "b"}', b"\xff\xfe",
        b'{"kind":"observation","text":"\\ud800"}', b'{"kind":"observation","text":"\\u0000"}',
        b"[" * 100_000, b'{"a":' * 50_000, b'{"text": ' + b"9" * 10_000 + b"}", b"1e999999",
        b'{"kind":"observation","text":"' + b"x" * 200_000 + b'"}',
    ):  # fmt: skip
        answer = officer.post(f"/cases/{number}/notes", content=sent, headers=kind)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), (
            sent[:30]
        )
        assert "xxxx" not in answer.text
    assert officer.post(f"/cases/{number}/notes", data={"text": "x"}).status_code == 415
    assert officer.post(f"/cases/{number}/notes", content=b"x" * 1_000_001, headers=kind).status_code == 413
    assert officer.put(f"/cases/{number}").status_code == 405
    assert officer.get("/no/such/call").status_code == 404
    assert notes(served, number) == 0


def test_a_token_that_calls_too_often_waits_and_no_other_does() -> None:
    """A burst, then so many a second; it is told how long."""
    now = [0.0]
    pace = Pace(lambda: now[0], burst=3, a_second=0.5)
    assert [pace.wait("one") for _ in range(4)] == [0, 0, 0, 2]
    assert pace.wait("two") == 0
    now[0] = 2.0
    assert [pace.wait("one"), pace.wait("one")] == [0, 2]


def test_a_served_program_is_told_when_to_come_back(program: Programs, served: Served) -> None:
    """With 429 and Retry-After, in a problem document."""
    client = program("officer")
    mounted = next(each for each in served.app.routes if getattr(each, "path", "") == "/api")
    state = mounted.app.state  # type: ignore[attr-defined]
    usual, state.pace = state.pace, Pace(lambda: 0.0, burst=1)
    try:
        answers = [client.get("/cases") for _ in range(2)]
    finally:
        state.pace = usual
    assert [each.status_code for each in answers] == [200, 429]
    assert answers[1].headers["retry-after"] == "1"


@pytest.mark.clause("W-13")
def test_a_program_that_tells_of_a_danger_never_waits(program: Programs, served: Served, number: str) -> None:
    """However often it called: neither a danger that is new, nor an alarm on a case."""
    client = program("officer")
    mounted = next(each for each in served.app.routes if getattr(each, "path", "") == "/api")
    state = mounted.app.state  # type: ignore[attr-defined]
    usual, state.pace = state.pace, Pace(lambda: 0.0, burst=1)
    try:
        assert [client.get("/cases").status_code for _ in range(2)] == [200, 429]
        told = client.post("/reports/imminent", json={"site": "deming"})
        raised = client.post(f"/cases/{number}/steps/raise_alarm", json={"given": {"reason": "invented"}})
    finally:
        state.pace = usual
    assert (told.status_code, raised.status_code) == (200, 200)


def test_what_came_in_as_bytes_that_are_no_text_is_listed_too(served: Served, program: Programs) -> None:
    """Bytes that stand for no character come as lone surrogates, as JSON may hold them."""
    logbook.keep(served.book, b"invented-bytes \xff\xfe\x80", "It is no mail that could be read.")
    listed = program("chair").get("/log-entries", params={"limit": 200})
    assert listed.status_code == 200
    assert any("invented-bytes \udcff\udcfe\udc80" in line["raw"] for line in listed.json()["items"])
