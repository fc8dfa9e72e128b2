"""Who a person is, is a decision with a history, and what a case is found by follows it."""

from typing import Any

import pytest
from sqlalchemy import select, update

from states.access import REPORTER, SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.book import CASES
from states.casebook.inquiry import correcting, triage
from states.casebook.intake import reports
from states.casebook.persons import searching, subjects
from states.casebook.reading import timeline
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.persons.identity import Identity
from states.tables import BlindIndex, table_of
from states.vault import Vault
from states.vocabulary.people import Affiliation, MatchReason, PersonRole, Role
from tests.cases.walking import Walk
from tests.states.looking import case, rows, verified

SAM = {"name": "Sam Sample", "site": "silver_city", "identifiers": {"campus_id": "900000001"}}
RITA = {"name": "Rita Rogue", "site": "silver_city", "identifiers": {"campus_id": "900 000 002"}}
WHY = "The camera shows Rita."


def report(walk: Walk, subject: dict[str, Any], *, by: Actor = REPORTER, **given: Any) -> reports.Receipt:
    """Take a report about somebody."""
    content = ReportContent.read({"behaviour_of_concern": "Shouted.", "subject": subject} | given)
    return reports.report(walk.book, content, by=by)


def correct(walk: Walk, number: str, subject: dict[str, Any], because: str = "") -> subjects.Decided:
    """Decide who the person of a case is."""
    content = SubjectContent.read(subject)
    return correcting.correct_subject(walk.book, number, content, by=walk.chair, because=because)


@pytest.mark.clause("W-47")
def test_a_corrected_subject_attracts_no_report_about_the_wrong_person(walk: Walk) -> None:
    """Neither by the identifier nor by the name that was withdrawn; the right person's reports come."""
    number = report(walk, SAM).number
    correct(walk, number, RITA, WHY)
    about_sam = report(walk, SAM)
    assert (about_sam.joined, about_sam.candidates) == (False, ())
    named = report(walk, SAM | {"identifiers": {}})
    assert named.candidates == (about_sam.number,)
    about_rita = report(walk, RITA)
    assert (about_rita.number, about_rita.joined) == (number, True)


@pytest.mark.clause("W-47")
def test_what_the_reporter_wrote_stays_on_the_report(walk: Walk) -> None:
    """The decision is another record; the report keeps the name that it was given."""
    number = report(walk, SAM).number
    correct(walk, number, RITA, WHY)
    assert walk.records(number, "reports")[0]["content"]["subject"]["name"] == "Sam Sample"
    assert [row["content"]["name"] for row in walk.records(number, "subjects")] == [
        "Sam Sample",
        "Rita Rogue",
    ]


def test_a_decision_that_names_somebody_else_needs_a_reason(walk: Walk) -> None:
    """Who, when and why are on record; what only adds to what is known asks for none."""
    number = report(walk, {"name": "Sam Sample", "site": "silver_city"}).number
    correct(walk, number, SAM | {"name": "Samuel Sample"})
    before = len(walk.records(number, "subjects"))
    with pytest.raises(BadInput, match="give the reason"):
        correct(walk, number, RITA)
    assert len(walk.records(number, "subjects")) == before
    decided = correct(walk, number, RITA, WHY)
    (remark,) = [row for row in walk.records(number, "remarks") if row["about"] == decided.subject_id]
    assert (remark["by"], remark["content"]["text"]) == ("chair", WHY)


@pytest.mark.clause("W-47")
def test_a_decision_can_be_undone_and_the_index_goes_back_with_it(walk: Walk) -> None:
    """An earlier decision holds again, the later one stays on record, and both reasons do."""
    number = report(walk, SAM).number
    first = walk.records(number, "subjects")[0]["id"]
    correct(walk, number, RITA, WHY)
    with pytest.raises(BadInput, match="Say why"):
        correcting.restore(walk.book, number, first, by=walk.chair, because=" ")
    correcting.restore(walk.book, number, first, by=walk.chair, because="It was Sam after all.")
    decisions = walk.records(number, "subjects")
    assert [row["content"]["name"] for row in decisions] == ["Sam Sample", "Rita Rogue", "Sam Sample"]
    assert [row["restores"] for row in decisions] == [None, None, first]
    assert report(walk, RITA).joined is False
    assert report(walk, SAM).number == number
    with pytest.raises(BadInput, match="holds already"):
        correcting.restore(walk.book, number, decisions[-1]["id"], by=walk.chair, because="Again.")
    with pytest.raises(UnknownRecord):
        correcting.restore(walk.book, number, "0" * 32, by=walk.chair, because="Nothing.")
    verified(walk.book)


def test_what_leads_to_a_case_no_more_is_told_to_whoever_decides(walk: Walk) -> None:
    """They can add what is the person's all the same."""
    number = report(
        walk, SAM | {"identifiers": {"email": "sam@people.example", "campus_id": "900000001"}}
    ).number
    decided = correct(walk, number, SAM)
    assert decided.left_out == ("email sam@people.example",)
    further = [{"kind": "email", "value": "Sam+news@people.example"}]
    kept = correct(walk, number, SAM | {"also_known_as": ["Sammy Sample"], "further_identifiers": further})
    assert kept.left_out == ()
    by_mail = report(walk, {"site": "silver_city", "identifiers": {"email": "SAM@people.example"}})
    assert by_mail.candidates == (number,)


def test_a_report_that_joins_by_a_mistyped_identifier_is_marked_and_lends_its_name_to_nobody(
    walk: Walk,
) -> None:
    """It is in the case, as its identifier says; nobody else's report follows it there by its name."""
    number = report(walk, SAM).number
    mistyped = report(walk, RITA | {"identifiers": {"campus_id": "900000001", "employee_id": "E77"}})
    assert (mistyped.number, mistyped.joined, mistyped.doubtful) == (number, True, True)
    assert report(walk, {"name": "Rita Rogue", "site": "silver_city"}).candidates == ()
    assert report(walk, {"site": "silver_city", "identifiers": {"employee_id": "E77"}}).joined is False
    told = timeline.timeline(walk.book, number, by=walk.chair)
    assert any(event.data.get("names_somebody_else") for event in told)


def test_a_later_report_of_the_same_person_adds_to_what_the_case_is_found_by(walk: Walk) -> None:
    """Until somebody decides, who then has it in view."""
    number = report(walk, SAM).number
    more = SAM | {"identifiers": {"campus_id": "900000001", "license_plate": "abc-123"}}
    assert report(walk, more).number == number
    plate = {"site": "gallup", "identifiers": {"license_plate": "ABC 123"}}
    assert report(walk, plate).candidates == (number,)


@pytest.mark.clause("W-57")
@pytest.mark.clause("W-01")
def test_a_person_has_several_sites_and_affiliations(walk: Walk) -> None:
    """All are on the case, in the pack's words; a site must exist."""
    given = {
        "site": "silver_city",
        "further_sites": ["deming", "silver_city"],
        "affiliations": ["contract_employee", "resident_family"],
    }
    number = report(walk, given).number
    row = case(walk.book, number)
    assert (row.site, row.further_sites) == ("silver_city", ["deming"])
    assert row.affiliations == [Affiliation.CONTRACT, Affiliation.RESIDENT_FAMILY]
    for affiliation in Affiliation:
        assert walk.book.pack.affiliations[affiliation].title
    with pytest.raises(BadInput, match="no such site"):
        report(walk, given | {"further_sites": ["nowhere"]})


def test_people_are_found_by_those_who_may_read_their_cases_alone(walk: Walk) -> None:
    """What is shown goes on record as read; what is not, is not."""
    ours, theirs = report(walk, SAM).number, report(walk, SAM | {"identifiers": {}, "site": "gallup"}).number
    triage.assign(walk.book, theirs, by=walk.chair, lead="chair", offices=["student_affairs"])
    wanted = SubjectContent(name="Sample, Samuel", site="silver_city")
    seen = searching.search(walk.book, wanted, by=walk.chair)
    assert [(hit.number, hit.name, hit.role) for hit in seen] == [
        (ours, "Sam Sample", PersonRole.SUBJECT),
        (theirs, "Sam Sample", PersonRole.SUBJECT),
    ]
    assert MatchReason.NICKNAME in seen[0].reasons
    assert MatchReason.OTHER_SITE in seen[1].reasons
    assert [hit.number for hit in searching.search(walk.book, wanted, by=walk.officer)] == [ours]
    readers = [
        [
            event.actor
            for event in timeline.timeline(walk.book, number, by=walk.chair)
            if event.data.get("of") == "search"
        ]
        for number in (ours, theirs)
    ]
    assert readers == [["chair", "officer"], ["chair"]]
    with pytest.raises(NotPermitted):
        searching.search(walk.book, wanted, by=Actor("operator", frozenset({Role.OPERATOR})))
    with pytest.raises(BadInput, match="Give a name"):
        searching.search(walk.book, SubjectContent(site="gallup"), by=walk.chair)


def test_a_search_finds_by_one_name_or_one_identifier(walk: Walk) -> None:
    """A person who searches looks at more than is suggested unasked."""
    number = report(walk, SAM | {"identifiers": {"social_handle": "https://people.example/@Sam.S"}}).number
    for wanted in ({"name": "sampel"}, {"identifiers": {"social_handle": "sam.s"}}):
        found = searching.search(walk.book, SubjectContent.read(wanted | {"site": "gallup"}), by=walk.chair)
        assert [hit.number for hit in found] == [number], wanted


def test_erasing_a_case_leaves_nothing_in_the_index(walk: Walk) -> None:
    """No token of anybody in it is left, keyed or not."""
    number = walk.closed()
    mine = table_of(BlindIndex).c.case_id == case(walk.book, number).id
    assert rows(walk.book, BlindIndex, mine)
    walk.erase(number)
    assert rows(walk.book, BlindIndex, mine) == []


def test_a_casebook_of_an_older_release_is_indexed_anew_case_by_case(walk: Walk) -> None:
    """It goes on where it was stopped, says how many, and finds afterwards by the rules of today."""
    numbers = [
        report(walk, SAM | {"name": name, "identifiers": {}}).number for name in ("Bob Smith", "Sean Murphy")
    ]
    with walk.book.store.write() as connection:
        connection.execute(update(table_of(BlindIndex)).values(about="", kind="name_and_site"))
        connection.execute(update(CASES).values(index_version=0))
    wanted = SubjectContent(name="Smith, Robert", site="gallup")
    assert searching.search(walk.book, wanted, by=walk.chair) == []
    assert subjects.reindex(walk.book, by=SYSTEM, limit=1) == 1
    assert subjects.reindex_all(walk.book, by=SYSTEM) == 1
    assert subjects.reindex_all(walk.book, by=SYSTEM) == 0
    assert [hit.number for hit in searching.search(walk.book, wanted, by=walk.chair)] == [numbers[0]]
    assert _kinds(walk.book).isdisjoint({"name_and_site"})
    verified(walk.book)


def _kinds(book: Casebook) -> set[str]:
    with book.store.read() as connection:
        return set(connection.scalars(select(table_of(BlindIndex).c.kind).distinct()))


def test_two_installations_key_their_index_apart(walk: Walk) -> None:
    """What one installation holds of a name is nothing to another one's key."""
    report(walk, SAM)
    kept = {row.blind for row in rows(walk.book, BlindIndex)}
    entries = Identity.of(SubjectContent.read(SAM)).entries()
    assert kept == {walk.book.vault.blind(kind, text) for kind, text in entries}
    other = Vault(b"another installation's key......")
    assert kept.isdisjoint({other.blind(kind, text) for kind, text in entries})
