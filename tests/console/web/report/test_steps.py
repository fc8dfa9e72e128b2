"""A report of concern by anybody, and the way back to it: what is taken in, and how little is told."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from console.web.report.reading import STEPS
from states.access import SYSTEM
from states.casebook.effects import listing
from states.casebook.intake import drafts, receipts
from states.casebook.reading import timeline, whole_case
from states.contents.content import Person
from states.tables import Draft, table_of
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import IdentifierKind
from tests.console.web.conftest import Served
from tests.waiting import PATIENCE

FORM: dict[str, Any] = {
    "site": "deming",
    "behavior_of_concern": "An invented threat in a hall.",
    "occurred_on": "2026-01-30",
    "occurred_at": "about noon",
    "specific_threat_or_event": "Something on Friday.",
    "behaviors": ["threatening", "joking_threat", "bullying"],
    "means": "in_person",
    "timing": "future",
    "implied": "yes",
    "dangers": "named_target",
    "threatened_for": "2026-11-27",
    "ability": "yes",
    "own_observation": "no",
    "name": "Sam Sample",
    "location": "An invented hall",
    "other_identification": "A red car.",
    "campus_id": "W00999",
    "affiliations": "student",
    "unit": "education",
    "endangered": "staff",
    "reporter_name": "Pat Placeholder",
    "reporter_phone": "575-555-0199",
    "reporter_email": "pat@people.example",
    "willing_to_talk": "no",
    "private": "yes",
    "has_other_contact": "yes",
    "other_name": "Alex Fictional",
    "other_phone": "575-555-0198",
}


def newest(served: Served) -> str:
    """The number of the case that was opened last."""
    return max(line.number for line in served.walk.cases())


def stepped(client: httpx.Client, step: str, **fields: object) -> httpx.Response:
    """Send one step, or the first questions, with what its page carries; goes where that leads."""
    shown = client.get(f"/report/{step}" if step else "/report")
    data = hidden_in(shown) | fields
    return client.post(str(shown.url), data=data, follow_redirects=True)


def filled(client: httpx.Client, **fields: object) -> httpx.Response:
    """Fill in all steps but the last; gives its page."""
    given = {**FORM, **fields}
    stepped(client, "", site=given["site"], danger=given.get("danger", "no"))
    for step in ("what", "who", "you"):
        mine = {name: given[name] for name in STEPS[step] if name in given}
        answer = stepped(client, step, **mine)
        assert answer.status_code == 200, answer.text
    return answer


def sent(client: httpx.Client, **fields: object) -> tuple[str, str]:
    """Send a report; gives its number and its secret."""
    filled(client, **fields)
    answer = stepped(client, "send")
    assert answer.status_code == 200, answer.text
    client.cookies.clear()
    return on_receipt(answer)


def on_receipt(answer: httpx.Response) -> tuple[str, str]:
    """The number and the secret that a page shows."""
    number, secret = re.findall(r"<dd><code>([^<]+)</code></dd>", answer.text)
    return number, secret


def status(client: httpx.Client, number: str, secret: str, **more: str) -> httpx.Response:
    """Come back to a report."""
    return client.post("/report/return", data={"receipt": number, "secret": secret, **more})


@pytest.mark.parametrize(("language", "unsaid"), [("en", "Not said"), ("es", "No lo dijo")])
def test_what_nobody_answers_is_kept_as_not_said(served: Served, language: str, unsaid: str) -> None:
    """Nobody is a witness, would talk or heard a threat in words because they skipped a question."""
    client = served.stranger()
    silent = ("own_observation", "willing_to_talk", "implied", "has_other_contact")
    client.get(f"/report?lang={language}")
    unwritten = (*silent, "other_name", "other_phone")
    given = {name: each for name, each in FORM.items() if name not in unwritten}
    # Nobody whom another report is about, too.
    given |= {"name": f"Unsaid in {language}", "campus_id": f"W0{language}", "other_identification": ""}
    stepped(client, "", site="deming", danger="no")
    for step in ("what", "who", "you"):
        shown = client.get(f"/report/{step}").text
        for name in silent:
            assert not re.search(rf'name="{name}"[^>]* checked', shown), name
        stepped(client, step, **{name: given[name] for name in STEPS[step] if name in given})
    assert client.get("/report/send").text.count(f">{unsaid}<") == len(silent)
    stepped(client, "send")
    number = newest(served)
    said = whole_case.dossier(served.book, number, by=served.walk.chair)["reports"][0]["content"]
    assert [said[name] for name in silent] == [None] * len(silent)
    shown = served.browser("chair").get(f"/cases/{number}/reports").text
    assert shown.count("not said") == len(silent)


@pytest.mark.clause("W-03", "W-04", "W-16", "W-52", "W-56", "A-04")
def test_what_the_form_asks_for_is_taken_in(served: Served) -> None:
    """The banner has the numbers of the campus chosen; what was written stands in the report."""
    client = served.stranger()
    start = html.unescape(client.get("/report").text)
    pack = served.book.pack
    for example in (*pack.examples.emergency.values(), *pack.examples.other):
        assert example in start
    # Nobody's alarm goes to a campus that they did not choose.
    assert "checked" not in start
    for half in ({"danger": "no"}, {"site": "deming"}, {"site": "deming", "danger": ""}):
        assert client.post("/report", data=half).status_code == 422
    last = filled(client)
    asked = ""
    for step in STEPS:
        shown = client.get(f"/report/{step}").text
        assert "Local law enforcement, Deming" in shown
        asked += shown
    fields = set(re.findall(r'name="(\w+)"', asked))
    assert {name for names in STEPS.values() for name in names} <= fields
    # The last step shows what was written, before it is sent.
    for name in ("behavior_of_concern", "name", "other_name", "other_identification"):
        assert str(FORM[name]) in html.unescape(last.text)
    assert '<label for="other_identification">If other, please indicate</label>' in asked
    before = len(served.walk.cases())
    stepped(client, "send")
    assert len(served.walk.cases()) == before + 1
    number = newest(served)
    report = whole_case.dossier(served.book, number, by=served.walk.chair)["reports"][0]
    said = report["content"]
    assert (report["channel"], report["private"], report["imminent"]) == ("form", True, False)
    assert said["behaviour_of_concern"] == FORM["behavior_of_concern"]
    for name in ("occurred_on", "occurred_at", "specific_threat_or_event", "ability", "threatened_for"):
        assert said[name] == FORM[name]
    assert (said["behaviours"], said["means"]) == (FORM["behaviors"], ["in_person"])
    assert (said["timing"], said["own_observation"], said["willing_to_talk"]) == (["future"], False, False)
    assert (said["implied"], said["endangered"], said["dangers"]) == (True, ["staff"], ["named_target"])
    assert (
        said["reporter"]
        == Person(name="Pat Placeholder", phone="575-555-0199", email="pat@people.example").model_dump()
    )
    assert said["has_other_contact"] is True
    assert said["other_contact"] == Person(name="Alex Fictional", phone="575-555-0198").model_dump()
    subject = said["subject"]
    assert (subject["name"], subject["unit"], subject["affiliations"]) == (
        "Sam Sample",
        "education",
        ["student"],
    )
    assert subject["other_identification"] == "An invented hall; A red car."
    assert subject["identifiers"] == {IdentifierKind.CAMPUS_ID: "W00999"}


@pytest.mark.clause("W-16")
@pytest.mark.parametrize("answer", ["yes", "no", ""])
def test_whoever_else_may_know_more_is_kept_whatever_is_answered_beside(served: Served, answer: str) -> None:
    """Name, number and the answer itself: the last page shows them, the report and the case keep them."""
    client, somebody = served.stranger(), f"Zoltan Witness {answer}".strip()
    given = {"campus_id": f"W7{answer}", "other_identification": "", "name": f"Quinta {answer} Beispiel"}
    shown = filled(client, **given, has_other_contact=answer, other_name=somebody).text
    unsaid = {"yes": "Yes", "no": "No", "": "Not said"}[answer]
    assert re.search(rf"Somebody else may know more</dt><dd[^>]*>\s*{unsaid}\s*<", shown)
    assert somebody in shown
    assert str(FORM["other_phone"]) in shown
    stepped(client, "send")
    number = newest(served)
    said = whole_case.dossier(served.book, number, by=served.walk.chair)["reports"][0]["content"]
    assert said["has_other_contact"] is {"yes": True, "no": False, "": None}[answer]
    assert said["other_contact"] == Person(name=somebody, phone=str(FORM["other_phone"])).model_dump()
    row = f"{somebody}, {FORM['other_phone']}"
    wanted = {"yes": f"yes: {row}", "no": f"no: {row}", "": row}[answer]
    assert wanted in served.browser("chair").get(f"/cases/{number}/reports").text


@pytest.mark.clause("W-13")
def test_two_answers_call_the_police_and_the_rest_is_written_down_after_them(served: Served) -> None:
    """Whoever says so is told at once whom to phone; each step is with the team as soon as it is saved."""
    client = served.stranger()
    answer = stepped(client, "", site="silver_city", danger="yes")
    assert "Phone now" in answer.text
    assert "9-911" in answer.text
    number = newest(served)
    owed = {line.kind for line in listing.effects(served.book, by=SYSTEM, number=number)}
    assert EffectKind.ALERT_POLICE in owed

    def on_record() -> Any:
        (report,) = whole_case.dossier(served.book, number, by=served.walk.chair)["reports"]
        return report

    said = {"behavior_of_concern": "Somebody invented has a gun.", "dangers": "weapon"}
    wrong = stepped(client, "what", **said, occurred_on="some day")
    assert wrong.status_code == 422
    assert on_record()["content"]["dangers"] == ["weapon"], "what does not fit yet holds nothing up"
    stepped(client, "what", **said)
    stepped(client, "who", name="Sam Sample")
    report = on_record()
    assert (report["content"]["subject"]["name"], report["begun"]) == ("Sam Sample", True)
    done = stepped(client, "send")
    assert on_receipt(done)[0] == receipts.number_of(report["id"])
    assert on_record()["begun"] is False


def hidden_in(answer: httpx.Response) -> dict[str, str]:
    """What a form carries that nobody sees."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def test_two_answers_that_are_sent_twice_are_one_alarm(served: Served) -> None:
    """A double tap goes on with the same report; another site, or what comes after it, is a new danger."""
    client, before = served.stranger(), len(served.walk.cases())
    danger = {"site": "deming", "danger": "yes"} | hidden_in(client.get("/report"))

    def tap(_: int, **other: str) -> httpx.Response:
        return client.post("/report", data=danger | other, follow_redirects=True)

    with ThreadPoolExecutor(2) as taps:
        both = list(taps.map(tap, range(2)))
    both.append(tap(0))
    assert all("Phone now" in each.text for each in both)
    assert {hidden_in(each)["draft"] for each in both} == {danger["draft"]}
    assert len(served.walk.cases()) == before + 1
    tap(0, site="silver_city")
    assert len(served.walk.cases()) == before + 2
    tap(0)
    stepped(client, "what", behavior_of_concern="An invented danger.")
    stepped(client, "send")
    assert hidden_in(tap(0))["draft"] != danger["draft"]
    assert len(served.walk.cases()) == before + 3


def test_a_danger_that_is_told_of_where_somebody_else_left_off_is_an_alarm_of_its_own(served: Served) -> None:
    """A browser that many share keeps the first one's secret: hours later another one is heard, too."""
    client, before = served.stranger(), len(served.walk.cases())
    danger = {"site": "deming", "danger": "yes"} | hidden_in(client.get("/report"))
    for hours in (0, 7):
        served.watch.forward(hours=hours)
        assert "Phone now" in client.post("/report", data=danger, follow_redirects=True).text
    assert len(served.walk.cases()) == before + 2


@pytest.mark.clause("W-13")
def test_no_trap_keeps_a_report_from_coming_in(served: Served) -> None:
    """Extensions fill in what nobody sees: all is taken in, and whoever screens sees that they did."""
    for danger in ("yes", "no"):
        client = served.stranger()
        stepped(client, "", site="deming", danger=danger, homepage="x")
        stepped(client, "what", behavior_of_concern="Somebody invented has a gun.")
        assert on_receipt(stepped(client, "send"))
        number = newest(served)
        owed = {line.kind for line in listing.effects(served.book, by=SYSTEM, number=number)}
        assert (EffectKind.ALERT_POLICE in owed) == (danger == "yes")
        happened = timeline.timeline(served.book, number, by=served.walk.chair, on_record=True)
        assert [each.data.get("unseen_field") for each in happened if each.what == "reported"] == [True]


def test_a_report_from_another_sites_page_is_not_taken(served: Served) -> None:
    """A browser that says nothing of where a form comes from is an old one, and keeps no report out."""
    for head, status in (
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": served.url}, 200),
        ({"Origin": served.url}, 200),
        ({"Origin": "null"}, 200),
        ({}, 200),
    ):
        answer = httpx.post(
            f"{served.url}/report", data={"site": "deming", "danger": "no"}, headers=head, timeout=PATIENCE
        )
        assert (head, answer.status_code) == (head, status)
        assert ("call 911 now" in answer.text) == (status == 403)


def test_nobody_finds_a_reporters_secret_by_trying(served: Served) -> None:
    """Twenty signs out of 32: a hundred bits."""
    _, secret = sent(served.stranger(), campus_id="")
    assert re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){4}", secret)


@pytest.mark.clause("W-40")
def test_whoever_comes_back_learns_whether_it_was_read_and_adds_to_it(served: Served) -> None:
    """Not the case's number, nor that there was an earlier case: both are answered in the same words."""
    client, chair = served.stranger(), served.walk.chair
    earlier_number, _ = sent(client, campus_id="W01234")
    case = newest(served)
    whole_case.dossier(served.book, case, by=chair)
    served.watch.forward(minutes=1)
    number, secret = sent(client, campus_id="W01234")
    assert newest(served) == case, "it is about the same person"
    other_number, other_secret = sent(client, campus_id="W05678")
    joined, alone = (status(client, *pair) for pair in ((number, secret), (other_number, other_secret)))
    assert "Nobody has opened it yet" in joined.text
    words = [re.sub(r'value="[^"]*"', "", each.text) for each in (joined, alone)]
    assert words[0] == words[1]
    assert "TAT-" not in joined.text + alone.text
    served.watch.forward(minutes=1)
    whole_case.dossier(served.book, case, by=chair)
    assert "has opened it" in status(client, number.lower(), f" {secret.upper()} ").text
    for _ in range(2):
        added = status(client, number, secret, more="There was also a letter.", once="d")
    assert "taken in once" in added.text
    reports = whole_case.dossier(served.book, case, by=chair)["reports"]
    assert [each["content"]["behaviour_of_concern"] for each in reports].count(
        "There was also a letter."
    ) == 1
    assert reports[-1]["private"]
    for wrong in (
        (number, other_secret),
        (earlier_number, secret),
        (number[:-1], secret),
        ("", ""),
        ("%", secret),
    ):
        answer = status(client, *wrong, more="x")
        assert (answer.status_code, receipts.NO_SUCH_REPORT in answer.text) == (404, True)


def test_nothing_that_somebody_wrote_is_lost(served: Served) -> None:
    """What does not fit is said, and stands in its field again; back, reload and a late hour lose nothing."""
    client = served.stranger()
    stepped(client, "", site="silver_city", danger="no")
    wrong = stepped(client, "what", behavior_of_concern="", occurred_on="some day", behaviors="joking_threat")
    assert wrong.status_code == 422
    assert "One sentence is enough" in wrong.text
    # Whoever hears the page hears so first.
    assert "<title>Not done: What happened?" in wrong.text
    assert re.search(r'value="joking_threat" checked', wrong.text)
    odd = "An invented worry \U0001f62c \u202eabc\u200b\ndone"
    stepped(client, "what", behavior_of_concern=odd)
    back = stepped(client, "who", name="Sam Sample", to="back")
    assert "invented worry" in back.text
    assert "\u202e" not in back.text, "what turns the direction of a page is spelled out"
    assert 'value="Sam Sample"' in client.get("/report/who").text
    # Whoever presses the button before all is said is led to what is missing.
    stepped(client, "what", behavior_of_concern=" ")
    assert stepped(client, "send").status_code == 422
    # Two windows write two reports; each goes on with its own.
    page = client.get("/report/what")
    assert "not finished" in client.get("/report").text
    stepped(client, "", site="deming", danger="no")
    stepped(client, "what", behavior_of_concern="Another invented worry.")
    first = client.post(
        "/report/what", data=hidden_in(page) | {"behavior_of_concern": odd}, follow_redirects=True
    )
    assert 'value="Sam Sample"' in first.text
    late = client.get("/report/you")
    served.watch.forward(hours=7)
    drafts.sweep(served.book, by=SYSTEM)
    with served.book.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(Draft))) == 0
    kept = client.post(
        "/report/you", data=hidden_in(late) | {"reporter_name": "Pat Placeholder"}, follow_redirects=True
    )
    assert (kept.status_code, "Pat Placeholder" in kept.text, "is gone" in kept.text) == (422, True, True)


def test_a_long_text_says_what_would_help_and_a_small_one_is_sent_once(served: Served) -> None:
    """By a browser that keeps no cookies and says nothing of itself, and by two taps on the last button."""
    before = len(served.walk.cases())
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as old:

        def go(path: str, page: httpx.Response, **fields: str) -> httpx.Response:
            old.cookies.clear()
            return old.post(path, data=hidden_in(page) | fields)

        what = go("/report", old.get("/report"), site="silver_city", danger="no")
        long = go("/report/what", what, behavior_of_concern="x" * 100_001)
        assert (long.status_code, "add the rest" in long.text) == (422, True)
        who = go("/report/what", what, behavior_of_concern="An invented worry.")
        you = go("/report/who", who)
        last = go("/report/you", you)
        with ThreadPoolExecutor(2) as taps:
            both = list(
                taps.map(
                    lambda _: httpx.post(f"{served.url}/report/send", data=hidden_in(last), timeout=PATIENCE),
                    range(2),
                )
            )
        both.append(go("/report/send", last))
        # Back, and once more: what was sent is not sent again.
        both.append(go("/report/what", what, behavior_of_concern="An invented worry."))
    assert len({on_receipt(each) for each in both}) == 1
    assert len(served.walk.cases()) == before + 1


def test_a_draft_is_opened_by_its_secret_alone(served: Served) -> None:
    """Nothing of it stands in the database as it was written; neither a guess nor an old secret opens any."""
    client, other = served.stranger(), served.stranger()
    stepped(client, "", site="deming", danger="no")
    stepped(client, "what", behavior_of_concern="An invented secret worry.")
    with served.book.store.read() as connection:
        rows = connection.execute(select(table_of(Draft))).all()
    secret = hidden_in(client.get("/report/what"))["draft"]
    assert rows
    assert not any(secret in row.id or b"secret worry" in row.content for row in rows)
    for guess in ("0" * 64, rows[0].id, "x", "", "%00"):
        other.cookies.set("tat-draft", guess)
        assert other.get("/report/what").headers["location"] == "/report"
    for path in ("/report/what", "/report/send"):
        stolen = other.post(path, data={"draft": rows[0].id, "site": "deming", "behavior_of_concern": "x"})
        assert "secret worry" not in stolen.text
    gone = client.post("/report/discard", data={"draft": secret})
    assert "Nothing is kept" in gone.text
    client.cookies.set("tat-draft", secret)
    assert client.get("/report/what").headers["location"] == "/report"
