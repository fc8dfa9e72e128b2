"""Where messages land, over real HTTP: each link opens what its message spoke of, to whoever has the code."""

import re

import httpx
import pytest

from states.access import REPORTER
from states.casebook.alarms import answers
from states.casebook.closing import endings
from states.casebook.intake import receipts
from states.casebook.reading import timeline
from states.vocabulary.effects import EffectKind
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import OTHER, code_in, mails
from tests.console.web.links.sent import alarmed, conveyed, handed_over
from tests.states.courses.taking_up import take_up
from tests.states.looking import everything, verified


@pytest.mark.clause("W-22")
def test_a_vice_president_reads_the_recommendation_itself_with_a_code(served: Served) -> None:
    """The code goes to the other mailbox; it stands in no message with a link, and is good once."""
    number, link = conveyed(served)
    browser = served.stranger()
    shut = browser.get(link)
    assert (shut.status_code, "invented" in shut.text, number in shut.text) == (200, False, False)
    sent = browser.post(f"{link}/code", data={"number": number})
    assert "on its way" in sent.text
    assert "invented" not in sent.text
    code, letter = code_in(served), mails(served, OTHER)[-1]
    assert link not in letter
    assert number not in letter
    led = browser.post(f"{link}/open", data={"code": code})
    assert (led.status_code, led.headers["location"]) == (303, link)
    cookie = led.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", f"path={link}", "samesite=lax", "max-age=1800"))
    shown = browser.get(link)
    for said in ("invented-recommendation", "invented-subject-name", number):
        assert said in shown.text
    assert "invented-report" not in shown.text
    assert served.walk.read_outside(number) == [("recommendation", "office:academic_affairs")]
    # A second browser has the link alone, and the code is spent.
    other = served.stranger()
    assert "invented" not in other.get(link).text
    assert other.post(f"{link}/open", data={"code": code}).status_code == 422
    verified(served.book)


def test_whoever_is_signed_in_for_the_office_needs_no_code(served: Served) -> None:
    """The dean speaks for it; the officer does not, and is asked like anybody else."""
    _, link = conveyed(served)
    assert "invented-recommendation" in served.browser("dean").get(link).text
    assert "invented-recommendation" not in served.browser("officer").get(link).text


@pytest.mark.clause("W-28")
def test_whoever_takes_over_reads_whom_and_what_and_says_so(served: Served) -> None:
    """The code goes to the office, the link went to them; pressing without a name confirms nothing."""
    number, link = handed_over(served)
    browser = served.stranger()
    assert "invented" not in browser.get(link).text
    browser.post(f"{link}/code", data={"number": number})
    browser.post(f"{link}/open", data={"code": code_in(served)})
    page = browser.get(link)
    assert "invented-subject-name" in page.text
    assert "invented-what" in page.text
    assert browser.post(link).status_code == 422
    assert "hand_over_confirmed" not in served.walk.events(number)
    assert browser.post(link, data={"who": "invented-dean"}).status_code == 200
    for again in (browser.get(link), browser.post(link, data={"who": "x"}), served.stranger().get(link)):
        assert (again.status_code, "your office takes the follow-up over" in again.text) == (200, True)
        assert "invented" not in again.text
    assert served.walk.events(number).count("hand_over_confirmed") == 1
    assert ("hand_over", "office:academic_affairs") in served.walk.read_outside(number)


@pytest.mark.clause("W-27")
def test_a_reporter_reads_what_they_may_be_told_with_the_secret_of_their_receipt(served: Served) -> None:
    """As often as they like, and nothing of the record."""
    number = served.walk.closed()
    work = take_up(served.book, number, EffectKind.CLOSE_OUT)
    (reporter,) = endings.reporters_to_tell(served.book, work)
    link, browser = f"/reports/told/{reporter.secret}", served.stranger()
    assert endings.CONCLUDED not in browser.get(link).text
    for wrong in ("abcd-abcd-abcd-abcd-abcd", ""):
        assert browser.post(f"{link}/open", data={"code": wrong}).status_code == 422
    secret = receipts.secret_of(served.book.vault, reporter.report_id)
    browser.post(f"{link}/open", data={"code": secret.upper().replace("-", " ")})
    for _ in range(2):
        page = browser.get(link)
        assert endings.CONCLUDED in page.text
    assert "invented" not in page.text
    assert number not in page.text
    happened = timeline.timeline(served.book, number, by=served.walk.chair)
    read = [each.data["of"] for each in happened if (each.what, each.actor) == ("read", REPORTER.id)]
    assert read == ["disposition"] * 2
    spanish = browser.get(f"{link}?lang=es").text
    assert "El equipo revisó lo que usted reportó" in spanish
    assert f'href="{link}?lang=en"' in spanish, "and back"


def test_whoever_reads_spanish_finds_each_page_behind_a_link_in_it(served: Served) -> None:
    """As their browser asks for it: before the code, with a wrong one, and what it opens; a dead one, too."""
    number, link = handed_over(served)
    browser = served.stranger()
    browser.headers["Accept-Language"] = "es-MX"
    assert "Envíenme un código" in browser.get(link).text
    assert "Ese no es el número del caso" in browser.post(f"{link}/code", data={"number": "TAT-1"}).text
    assert "El código va en camino" in browser.post(f"{link}/code", data={"number": number}).text
    assert "Ese código no sirve" in browser.post(f"{link}/open", data={"code": "0000 0000"}).text
    browser.post(f"{link}/open", data={"code": code_in(served)})
    shown = browser.get(link).text
    assert ("De qué se le pide encargarse" in shown, "invented-what" in shown) == (True, True)
    assert "Por favor diga quién es" in browser.post(link).text
    assert (
        "Queda constancia de que usted se encarga" in browser.post(link, data={"who": "invented-dean"}).text
    )
    assert "Esto ya fue contestado" in browser.get(link).text
    assert "Este enlace no funciona" in browser.get(f"/m/{'0' * 64}").text
    conveyed_number, letter = conveyed(served)
    browser.post(f"{letter}/code", data={"number": conveyed_number})
    browser.post(f"{letter}/open", data={"code": code_in(served)})
    for said in (
        "Lo que recomienda el equipo",
        "Recomendación de considerar medidas",
        "invented-recommendation",
    ):
        assert said in browser.get(letter).text


@pytest.mark.clause("W-13")
def test_an_alert_is_read_in_spanish_too(served: Served) -> None:
    """What it says, what is asked, and who was called; and back."""
    _, link = alarmed(served)
    browser = served.stranger()
    browser.headers["Accept-Language"] = "es-MX"
    shown = browser.get(link).text
    for said in ("EMERGENCIA: Deming", "arma", "Me hice cargo", "A quién se llamó", "por correo"):
        assert said in shown, said
    assert f'href="{link}?lang=en"' in shown
    assert "Por favor diga quién es" in browser.post(link).text
    assert "queda constancia de que usted se hizo cargo" in browser.post(link, data={"who": "7"}).text


@pytest.mark.clause("W-13", "U-15")
def test_whoever_is_called_takes_over_with_one_button_and_no_sign_in(served: Served) -> None:
    """The page says what the alert said; looking and pressing alone change nothing, a name says who."""
    number, link = alarmed(served)
    before, browser = everything(served.book), served.stranger()
    for _ in range(2):
        page = browser.get(link)
    for said in ("EMERGENCY: Deming", "weapon", number, served.book.pack.duty_line):
        assert said in page.text
    assert "Sample" not in page.text
    assert re.search(r'name="agency" value="WNMU University Police"', page.text)
    assert "tel:9" not in page.text.replace('href="tel:911"', ""), (
        "no outside phone dials through an exchange"
    )
    assert browser.post(link).status_code == 422
    kept = browser.post(link, data={"who": " ", "agency": "invented-agency"})
    assert 'value="invented-agency"' in kept.text
    assert everything(served.book) == before
    done = browser.post(link, data={"who": "Officer 7", "agency": "University Police"})
    assert "it is on record that you have taken over" in done.text
    (shown,) = answers.show(served.book, number, by=served.walk.chair)
    assert (shown.answers[0].who, shown.answers[0].recipient) == ("Officer 7", "police:silver_city")
    assert "taken this over already" in browser.get(link).text


def without_code(served: Served, link: str) -> list[httpx.Response]:
    """What a machine does that follows each link and presses each button, but types nothing."""
    browser, shown = served.stranger(), []
    for way in ("GET", "HEAD", "OPTIONS", "POST"):
        for path in (link, f"{link}/code", f"{link}/open", f"{link}/letter", f"{link}/paper", f"{link}/read"):
            data = {"who": "", "code": "", "number": "", "answer": "accepted"} if way == "POST" else None
            shown += [browser.request(way, path, data=data), browser.request(way, path)]
    return shown


@pytest.mark.clause("W-13", "W-39")
def test_what_presses_every_button_changes_nothing_and_reads_nothing(served: Served) -> None:
    """Of every kind of link: by any method, with all fields empty; no page is kept or tells where it is."""
    links = [alarmed(served)[1], conveyed(served)[1], handed_over(served)[1]]
    number = served.walk.closed()
    work = take_up(served.book, number, EffectKind.CLOSE_OUT)
    links.append(f"/reports/told/{endings.reporters_to_tell(served.book, work)[0].secret}")
    sent, before = len(mails(served, OTHER)), everything(served.book)
    for link in links:
        for page in without_code(served, link):
            assert "invented" not in page.text, link
            assert page.status_code in (200, 404, 405, 422)
            if page.status_code not in (404, 405):
                assert page.headers["referrer-policy"] == "no-referrer"
                assert page.headers["cache-control"] == "no-store"
    assert everything(served.book) == before
    assert len(mails(served, OTHER)) == sent
