"""The page of changes of law and policy, and the one of agreements with other agencies."""

from datetime import timedelta
from http import HTTPStatus as S

import pytest

from states.casebook.team.upkeep import agreements, changes
from states.contents.team import AgreementContent
from tests.console.web.conftest import Served


@pytest.mark.clause("U-16")
def test_the_chair_tells_of_a_change_and_a_member_finds_it_in_their_work_until_they_confirm(
    served: Served,
) -> None:
    """Confirmed twice, as by two windows, it is confirmed; the chair sees by name who has not."""
    chair, nurse = served.browser("chair"), served.browser("nurse")
    assert "told of no change yet" in nurse.get("/team/changes").text
    said = {"title": "invented-title", "what": "invented-what", "source": "", "holds": "2026-08-01"}
    missing = chair.post("/team/changes", data=said | {"what": " "})
    assert (missing.status_code, "invented-title" in missing.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert chair.post("/team/changes", data=said).status_code == S.SEE_OTHER
    (change,) = changes.listed(served.book, by=served.walk.chair)
    assert "<bdi>invented-nurse-name</bdi>" in chair.get("/team/changes").text
    assert 'href="/team/changes"' in nurse.get("/").text
    shown = nurse.get("/team/changes").text
    assert "not confirmed by you yet" in shown
    assert "invented-dean-name" not in shown
    for _ in range(2):
        assert nurse.post(f"/team/changes/{change.change_id}/read").status_code == S.SEE_OTHER
    assert "You read it" in nurse.get("/team/changes").text
    assert 'href="/team/changes"' not in nurse.get("/").text.partition("<main")[2]
    refused = chair.post(f"/team/changes/{change.change_id}/taken-back", data={"because": " "})
    assert (refused.status_code, "Say why" in refused.text) == (S.UNPROCESSABLE_ENTITY, True)
    taken = chair.post(f"/team/changes/{change.change_id}/taken-back", data={"because": "invented"})
    assert taken.status_code == S.SEE_OTHER
    assert "invented-title" not in nurse.get("/team/changes").text


@pytest.mark.clause("P-10")
def test_an_agreement_is_entered_renewed_and_ended_on_its_page_and_its_end_is_marked_on_a_case(
    served: Served,
) -> None:
    """What is asked of partners without one is named; days are typed as people do."""
    book, chair = served.book, served.browser("chair")
    every = {entry.kind for entry in book.pack.sources if entry.ask == "every_inquiry"}
    kind = min(every & agreements.partners(book.pack))
    assert "No agreement that holds is on record for" in chair.get("/team/agreements").text
    said = {"partner": "invented-agency", "purpose": "", "kinds": kind, "signed": "2025-01-10", "ends": ""}
    wrong = chair.post("/team/agreements", data=said | {"signed": "some time"})
    assert (wrong.status_code, "some time" in wrong.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert chair.post("/team/agreements", data=said).status_code == S.SEE_OTHER
    (line,) = agreements.listed(book, by=served.walk.chair)
    at = f"/team/agreements/{line.agreement_id}"
    wrong = chair.post(f"{at}/review", data={"reviewed": "some time", "until": ""})
    assert (wrong.status_code, "some time" in wrong.text) == (S.UNPROCESSABLE_ENTITY, True)
    until = {"reviewed": "2026-01-20", "until": "2027-01-20"}
    assert chair.post(f"{at}/review", data=until).status_code == S.SEE_OTHER
    assert "ends January 20, 2027" in served.browser("nurse").get("/team/agreements").text
    assert chair.post(f"{at}/end").status_code == S.SEE_OTHER
    assert "⊘ ended" in chair.get("/team/agreements").text
    number = served.walk.screened()
    assert "ran out on" in chair.get(f"/cases/{number}").text
    agreements.enter(
        book,
        AgreementContent(partner="invented-agency"),
        by=served.walk.chair,
        kinds=[kind],
        signed_at=book.clock() - timedelta(days=1),
    )
    assert "ran out on" not in chair.get(f"/cases/{number}").text
