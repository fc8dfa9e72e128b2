"""What somebody tries with a link that is not theirs: guesses, replays, old links, codes of others."""

import re

import httpx
import pytest

from states.casebook.closing import endings
from states.casebook.effects import codes, links
from states.casebook.intake import reports
from states.casebook.referrals import answers
from states.casebook.referrals.conveying import READ_RECOMMENDATION
from states.casebook.standing.decisions import decide
from states.contents.reports import ReportContent, SubjectContent
from states.errors import UnknownRecord
from states.tables import Referral, table_of
from tests.cases.opening import code_for, opener_of
from tests.cases.referring import S, referred, send
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import OTHER, code_in, mails
from tests.console.web.links.sent import conveyed, handed_over
from tests.states.looking import case, rows


def opened(served: Served, link: str, opener: str) -> httpx.Client:
    """A browser in which a link's code was typed."""
    browser = served.stranger()
    browser.cookies.set("tat-link", opener)
    assert "invented-recommendation" in browser.get(link).text
    return browser


def is_shut(page: httpx.Response) -> bool:
    """Whether a page shows nothing of what is behind its link."""
    return "invented" not in page.text


def test_a_code_is_good_for_five_tries_ten_minutes_and_its_own_link(served: Served) -> None:
    """After five wrong ones the right one is wrong, too; another link's never fits; none is good twice."""
    number, link = conveyed(served)
    _, other = conveyed(served)
    browser, secret = served.stranger(), link.rpartition("/")[2]
    foreign = code_for(served.book, other.rpartition("/")[2], READ_RECOMMENDATION)
    code = code_for(served.book, secret, READ_RECOMMENDATION)
    for wrong in (foreign, *["00000000"] * 4, code):
        page = browser.post(f"{link}/open", data={"code": wrong})
        assert (page.status_code, is_shut(page)) == (422, True)
    assert "link_code_spent" in served.walk.events(number)
    late = code_for(served.book, secret, READ_RECOMMENDATION)
    served.watch.forward(minutes=10)
    assert browser.post(f"{link}/open", data={"code": late}).status_code == 422
    older, newer = (code_for(served.book, secret, READ_RECOMMENDATION) for _ in range(2))
    assert browser.post(f"{link}/open", data={"code": older}).status_code == 422
    assert browser.post(f"{link}/open", data={"code": newer}).status_code == 303
    assert browser.post(f"{link}/open", data={"code": newer}).status_code == 422


def test_a_link_has_five_codes_in_a_day(served: Served) -> None:
    """Whoever has a link cannot fill somebody's phone; the next day there are codes again."""
    number, link = conveyed(served)
    browser, sent = served.stranger(), len(mails(served, OTHER))
    asked = [browser.post(f"{link}/code", data={"number": number}).status_code for _ in range(7)]
    assert asked == [200] * codes.A_DAY + [422] * 2
    assert browser.post(f"{link}/code", data={"number": "TAT-2026-9999"}).status_code == 422
    assert len(mails(served, OTHER)) == sent + codes.A_DAY
    served.watch.forward(days=1)
    assert browser.post(f"{link}/code", data={"number": number}).status_code == 200


def test_what_a_code_opened_shuts_again_and_opens_no_other_link(served: Served) -> None:
    """After half an hour; and what a browser keeps of one link is nothing to another."""
    _, link = conveyed(served)
    _, other = conveyed(served)
    opener = opener_of(served.book, link.rpartition("/")[2], READ_RECOMMENDATION)
    browser = opened(served, link, opener)
    assert is_shut(browser.get(other))
    served.watch.forward(minutes=30)
    assert is_shut(browser.get(link))


@pytest.mark.clause("W-39")
def test_a_link_is_dead_after_its_time_a_recusal_or_an_erasure_whatever_was_opened(served: Served) -> None:
    """One answer to all, the same to the letter as to a secret that somebody made up."""
    dead = [served.stranger().get(f"/{path}/{'0' * 64}") for path in ("recommendations", "m", "reports/told")]
    number, link = conveyed(served)
    browser = opened(served, link, opener_of(served.book, link.rpartition("/")[2], READ_RECOMMENDATION))
    served.watch.forward(minutes=5)
    served.watch.now += links.LINK_LIFE
    dead.append(browser.get(link))
    number, link = conveyed(served)
    browser = opened(served, link, opener_of(served.book, link.rpartition("/")[2], READ_RECOMMENDATION))
    report = ReportContent(
        behaviour_of_concern="invented", subject=SubjectContent(name="invented-dean-name", site="silver_city")
    )
    reports.report(served.book, report, by=served.walk.officer, into=number)
    decide(served.book, number, "dean", by=served.walk.chair, keep_out=True, because="invented")
    dead += [browser.get(link), browser.post(f"{link}/code", data={"number": number})]
    dead.append(browser.post(f"{link}/open", data={"code": "1"}))
    number, link = handed_over(served)
    browser = served.stranger()
    browser.cookies.set("tat-link", opener_of(served.book, link.rpartition("/")[2], endings.TAKE_OVER))
    assert "invented-what" in browser.get(link).text
    served.walk.erase(number)
    dead.append(browser.get(link))
    assert {(page.status_code, page.content) for page in dead} == {(404, dead[0].content)}
    heads = [{k: v for k, v in page.headers.items() if k != "date"} for page in dead]
    assert heads == heads[:1] * len(heads)
    assert heads[0]["referrer-policy"] == "no-referrer"


def test_a_code_goes_where_it_is_on_file_and_the_page_does_not_say_where(served: Served) -> None:
    """Neither the mailbox nor the number stands on the page, however it is asked for."""
    number, link = conveyed(served)
    pages = [
        served.stranger().get(link),
        served.stranger().post(f"{link}/code", data={"number": number}),
        served.stranger().post(f"{link}/code", data={"number": "1"}),
    ]
    for page in pages:
        assert OTHER not in page.text
        assert not re.search(r"\b\d{4} \d{4}\b", page.text)
    assert code_in(served)


@pytest.mark.clause("W-39")
def test_an_office_that_nothing_goes_to_any_more_sees_no_referral_by_an_older_link(served: Served) -> None:
    """Neither what it is asked, nor the letter; it answers nothing; all as with a secret that is made up."""
    number, referral = referred(served.walk)
    letter = send(served.walk, number, referral)
    (row,) = served.walk.records(number, "referrals")
    speaks = {"student_affairs": "chair", "academic_affairs": "dean"}[row["office"]]
    link, browser = f"/referrals/answer/{letter.link}", served.stranger()
    assert browser.get(link).status_code == 200
    subject = SubjectContent(name=f"invented-{speaks}-name", site="silver_city")
    about = ReportContent(behaviour_of_concern="invented", subject=subject)
    reports.report(served.book, about, by=served.walk.officer, into=number)
    assert speaks in case(served.book, number).kept_out
    said = {"answer": "accepted", "number": number}
    made_up = f"/referrals/answer/{'0' * 64}"
    for got, nothing in (
        (browser.get(link), browser.get(made_up)),
        (browser.post(link, data=said), browser.post(made_up, data=said)),
    ):
        assert (got.status_code, got.content) == (404, nothing.content)
    with pytest.raises(UnknownRecord):
        answers.called_back(served.book, row["office"], referral, S.ACCEPTED)
    (after,) = rows(served.book, Referral, table_of(Referral).c.id == referral)
    assert after.status == row["status"]


def test_an_answer_is_taken_from_whoever_types_the_number_alone(served: Served) -> None:
    """Not with the number of another case, nor with a part that many cases have."""
    number, referral = referred(served.walk)
    link = f"/referrals/answer/{send(served.walk, number, referral).link}"
    browser, other = served.stranger(), served.walk.reported()
    for said in ("", "1", number[-3:], other, f"{number}9"):
        assert browser.post(link, data={"answer": "accepted", "number": said}).status_code == 422
    assert browser.post(link, data={"answer": "accepted", "number": number.lower()}).status_code == 200
