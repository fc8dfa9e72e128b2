"""The team's own records set right on pages: what stood there stays beside them, struck through."""

import html
from datetime import timedelta
from zoneinfo import ZoneInfo

from states.casebook.landing import semester_meetings
from states.casebook.team import reviews
from states.casebook.team.upkeep import agreements
from states.contents.plans import TeamMinutesContent
from states.contents.team import AgreementContent, ReviewContent
from tests.console.web.cases.steps.forms import form_of
from tests.console.web.conftest import Served
from tests.states.conftest import MONDAY


def corrected(served: Served, kind: str, record: str, where: str, was: str, **right: str) -> None:
    """Correct a record as the chair, from the link where it is shown, and look at it there again."""
    chair, address = served.browser("chair"), f"/team/correct/{kind}/{record}"
    assert f'href="{address}"' in chair.get(where).text
    form = form_of(chair.get(address).text)
    untouched = chair.post(address, data=form | {"reason": ["x"]})
    assert "This is on record just so already" in html.unescape(untouched.text), kind
    done = chair.post(address, data=form | right | {"reason": "A slip of the pen."})
    assert done.headers["location"] == where
    shown = html.unescape(chair.get(where).text)
    for said in (*right.values(), f'<s dir="auto">{was}</s>', "<bdi>A slip of the pen.</bdi>"):
        assert said in shown, (kind, said)
    team = served.browser("officer")
    assert f'<s dir="auto">{was}</s>' in html.unescape(team.get(where).text), (
        "everybody reads what stood there"
    )
    assert address not in team.get(where).text
    assert team.get(address).status_code == 404


def test_an_agreement_is_set_right_from_where_it_stands(served: Served) -> None:
    """With whom it is; the former wording is struck through."""
    kinds = sorted(agreements.partners(served.book.pack))[:1]
    said = AgreementContent(partner="Invented Shreiff")
    record = agreements.enter(served.book, said, by=served.walk.chair, kinds=kinds, signed_at=MONDAY)
    corrected(served, "agreement", record, "/team/agreements", "Invented Shreiff", partner="Invented Sheriff")


def test_what_rests_on_an_agreement_and_its_days_are_set_right_as_days_are_typed(served: Served) -> None:
    """Of an end that is taken out, the former day stands there struck through; kinds are told in words."""
    kinds, ends = sorted(agreements.partners(served.book.pack))[:2], MONDAY + timedelta(days=40)
    said = AgreementContent(partner="Invented Agency")
    record = agreements.enter(
        served.book, said, by=served.walk.chair, kinds=kinds[:1], signed_at=MONDAY, ends_at=ends
    )
    chair, at = served.browser("chair"), f"/team/correct/agreement/{record}"
    given = {"kinds": kinds, "signed_at": "2 Jan 2026", "ends_at": "", "reason": "Misread."}
    answer = chair.post(at, data=form_of(chair.get(at).text) | given)
    assert answer.status_code == 303
    every = agreements.listed(served.book, by=served.walk.chair)
    (line,) = [one for one in every if one.agreement_id == record]
    assert (line.kinds, line.ends_at) == (kinds, None)
    assert f"{line.signed_at.astimezone(ZoneInfo(served.book.pack.home.timezone)):%d %m %Y}" == "02 01 2026"
    shown = chair.get("/team/agreements").text
    assert "Formerly ends at" in shown
    assert f'Formerly kinds: <s dir="auto">{served.book.pack.called(kinds[0])}</s>' in shown
    assert kinds[0] not in shown.partition("Formerly kinds")[2].partition("</s>")[0]


def test_a_review_of_the_plan_is_set_right_from_where_it_stands(served: Served) -> None:
    """Which sections were revised; once it is approved, who approved it."""
    book, chair = served.book, served.walk.chair
    said = ReviewContent(sections_revised="Invented secton")
    record = reviews.record_review(book, said, by=chair, effective_at=MONDAY)
    corrected(served, "review", record, "/reviews", "Invented secton", sections_revised="Invented section")
    reviews.approve(book, record, by=chair, approved_by="Invented Porvost")
    corrected(served, "review", record, "/reviews", "Invented Porvost", approved_by="Invented Provost")


def test_minutes_of_the_semesters_meeting_are_set_right_from_where_they_stand(served: Served) -> None:
    """Who was there and what was said; whoever was there is told by name in what stood there, too."""
    said = TeamMinutesContent(present=("chair", "officer", "nurse"), minutes="Invented mintues")
    record = semester_meetings.hold(served.book, said, by=served.walk.chair)
    where = f"/meetings/semester/{record}"
    corrected(served, "minutes", record, where, "Invented mintues", minutes="Invented minutes")
    address = f"/team/correct/minutes/{record}"
    chair = served.browser("chair")
    form = form_of(chair.get(address).text) | {"present": ["chair", "officer"], "reason": "x"}
    assert chair.post(address, data=form).headers["location"] == where
    shown = html.unescape(chair.get(where).text)
    assert "invented-chair-name, invented-officer-name, invented-nurse-name</s>" in shown
    assert "There was no quorum" in shown


def test_what_is_no_record_of_the_teams_is_not_there_to_be_set_right(served: Served) -> None:
    """Nor is a kind that is none."""
    chair = served.browser("chair")
    for address in ("/team/correct/agreement/" + "f" * 32, "/team/correct/invented/" + "f" * 32):
        assert chair.get(address).status_code == 404
