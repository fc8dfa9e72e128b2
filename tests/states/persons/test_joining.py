"""Cases of one person: suggested with reasons, decided by people, and never in contradiction."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from states.access import REPORTER, Actor
from states.casebook import Casebook
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.casebook.persons import joining
from states.casebook.persons.searching import search
from states.contents.reports import ReportContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.tables import CaseLink
from states.vocabulary.people import LinkStatus, MatchReason, Role
from tests.cases.walking import Walk
from tests.states.looking import case, rows, verified


def about(walk: Walk, name: str = "", site: str = "silver_city", **identifiers: str) -> reports.Receipt:
    """Take a report about somebody."""
    subject = {"name": name, "site": site, "identifiers": identifiers}
    content = ReportContent.read({"behaviour_of_concern": "Shouted.", "subject": subject})
    return reports.report(walk.book, content, by=REPORTER)


def link_of(walk: Walk, number: str) -> dict[str, Any]:
    """The one link of a case."""
    (link,) = walk.records(number, "case_links")
    return link


@pytest.mark.clause("W-47")
@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Pat O'Brien-Vega", "Pat O\u2019Brien Vega", MatchReason.SAME_NAME),
        ("Seán Murphy", "Sean Murphy", MatchReason.SAME_NAME),
        ("Smith, Robert", "Bob Smith", MatchReason.NICKNAME),
        ("Robert J. Smith", "Smith, Robert", MatchReason.PART_OF_NAME),
        ("محمد علي", "Mohammed Ali", MatchReason.OTHER_SCRIPT),
    ],
)
def test_a_name_written_otherwise_is_suggested_with_its_reason(
    walk: Walk, one: str, other: str, reason: MatchReason
) -> None:
    """At another site, too, which is told; the report opens its own case all the same."""
    first, second = about(walk, one), about(walk, other, site="gallup")
    assert (second.joined, second.candidates) == (False, (first.number,))
    link = link_of(walk, second.number)
    assert reason in link["reasons"]
    assert MatchReason.OTHER_SITE in link["reasons"]
    assert link["score"] > 80


@pytest.mark.clause("W-47")
@pytest.mark.parametrize("other", ["Tam Wexford", "Sam Wexfort", "Sam Vexford", "Sam Wefxord", "Sam Wxford"])
def test_a_slip_that_changes_how_a_name_sounds_is_suggested(walk: Walk, other: str) -> None:
    """A letter that is another one, missing or in another's place; two slips are another name."""
    first = about(walk, "Sam Wexford").number
    expected = () if other.startswith("Tam") else (first,)
    assert about(walk, other).candidates == expected
    assert [hit.number for hit in search(walk.book, "Wexfrod", by=walk.chair)][:1] == [first]
    assert first not in {hit.number for hit in search(walk.book, "Wexfdro", by=walk.chair)}


def test_the_likeliest_case_is_told_first(walk: Walk) -> None:
    """The same mailbox comes before a name, the same name before an initial; others do not come at all."""
    initial = about(walk, "R. Smith").number
    same = about(walk, "Robert Smith").number
    about(walk, "Robert Jones")
    mail = about(walk, "Rob Smyth", email="rs@people.example").number
    assert about(walk, "Robert Smith", email="RS@people.example").candidates == (same, mail, initial)


@pytest.mark.clause("W-47")
def test_a_link_is_one_row_that_both_cases_show(walk: Walk) -> None:
    """From whichever side it is decided, it holds on both, and both ledgers say who and why."""
    first, second = about(walk, "Sam Sample").number, about(walk, "Sample, Sam").number
    joining.confirm_link(walk.book, first, second, by=walk.chair, same_person=True, because="Same class.")
    assert len(rows(walk.book, CaseLink)) == 1
    for number, other in ((first, second), (second, first)):
        link = link_of(walk, number)
        assert (link["other_number"], link["status"]) == (other, LinkStatus.CONFIRMED)
        assert walk.events(number)[-1] == "link_decided"
        (remark,) = [row for row in walk.records(number, "remarks") if row["about"] == link["id"]]
        assert (remark["by"], remark["content"]["text"]) == ("chair", "Same class.")
    verified(walk.book)


def test_cases_are_linked_and_unlinked_by_hand_with_a_reason(walk: Walk) -> None:
    """What nobody suggested, and what is taken back, needs one."""
    one, other = about(walk, "Sam Sample").number, about(walk, "Dana Demo").number
    with pytest.raises(BadInput, match="Say why"):
        joining.confirm_link(walk.book, one, other, by=walk.chair, same_person=True)
    with pytest.raises(Refused, match="Nothing was decided"):
        joining.unlink(walk.book, one, other, by=walk.chair, because="Never mind.")
    joining.confirm_link(walk.book, one, other, by=walk.chair, same_person=True, because="Married.")
    assert link_of(walk, one)["reasons"] == [MatchReason.BY_HAND]
    with pytest.raises(BadInput, match="Say why"):
        joining.unlink(walk.book, other, one, by=walk.chair, because="")
    joining.unlink(walk.book, other, one, by=walk.chair, because="It was her sister.")
    assert link_of(walk, one)["status"] == LinkStatus.WITHDRAWN
    assert walk.events(one).count("link_decided") == 2


def test_a_rejected_pair_is_asked_again_for_a_new_identifier_alone(walk: Walk) -> None:
    """Not for the same name, however often reports come; not for what was known when it was decided."""
    one = about(walk, "Sam Sample", email="sam@people.example").number
    other = about(walk, "Sam Sample", email="sam@people.example", campus_id="900000001").number
    joining.confirm_link(walk.book, one, other, by=walk.chair, same_person=False)
    assert about(walk, "Sam Sample", campus_id="900000001").candidates == ()
    assert link_of(walk, one)["status"] == LinkStatus.REJECTED
    assert about(walk, "", email="sam@people.example", campus_id="900000001").candidates == ()
    subject = {"name": "Sam Sample", "site": "silver_city", "identifiers": {"license_plate": "ABC 123"}}
    about_plate = ReportContent.read({"behaviour_of_concern": "Shouted.", "subject": subject})
    reports.report(walk.book, about_plate, by=walk.chair, into=one)
    again = about(walk, "Sam Sample", license_plate="abc123", campus_id="900000001")
    assert again.candidates == (one,)
    assert link_of(walk, one)["status"] == LinkStatus.CANDIDATE


def test_links_do_not_contradict_each_other(walk: Walk) -> None:
    """Of three cases, two pairs said to be one person leave the third no choice, nor the other way round."""
    a, b, c = (about(walk, name).number for name in ("Ann One", "Bea Two", "Cid Three"))
    say: dict[str, Any] = {"by": walk.chair, "because": "Known."}
    joining.confirm_link(walk.book, a, b, same_person=True, **say)
    joining.confirm_link(walk.book, b, c, same_person=True, **say)
    with pytest.raises(Refused, match=f"same person as {b}"):
        joining.confirm_link(walk.book, a, c, same_person=False, **say)
    joining.unlink(walk.book, b, c, **say)
    joining.confirm_link(walk.book, a, c, same_person=False, **say)
    with pytest.raises(Refused, match="somebody else"):
        joining.confirm_link(walk.book, b, c, same_person=True, **say)


def test_only_who_is_on_both_cases_says_what_they_are_to_each_other(walk: Walk) -> None:
    """And both have to be there, and be two."""
    one, other = about(walk, "Sam Sample").number, about(walk, "Sam Sample").number
    triage.assign(walk.book, other, by=walk.chair, lead="chair", offices=["student_affairs"])
    with pytest.raises(NotPermitted):
        joining.confirm_link(walk.book, one, other, by=walk.officer, same_person=True)
    with pytest.raises(BadInput, match="one case"):
        joining.confirm_link(walk.book, one, one, by=walk.chair, same_person=True)
    with pytest.raises(UnknownRecord):
        joining.confirm_link(walk.book, one, "TAT-2026-9999", by=walk.chair, same_person=True)
    content = ReportContent.read({"behaviour_of_concern": "x", "subject": {"site": "gallup"}})
    with pytest.raises(NotPermitted):
        reports.report(walk.book, content, by=Actor("operator", frozenset({Role.OPERATOR})), into=one)
    assert link_of(walk, one)["status"] == LinkStatus.CANDIDATE


def test_whoever_decides_on_a_namesake_is_not_asked_again_by_the_next_report(walk: Walk) -> None:
    """Nor is a case suggested to one that was told apart from a case of the same person."""
    one, other = about(walk, "Sam Sample", campus_id="900000001").number, about(walk, "Sam Sample").number
    joining.confirm_link(walk.book, one, other, by=walk.chair, same_person=True)
    assert about(walk, "Sam Sample", campus_id="900000001").candidates == ()


class Deciding(RuleBasedStateMachine):
    """Anybody says anything of any two of five cases, and takes it back, in any order."""

    #: an open casebook with the cases, and their numbers
    book: Casebook
    numbers: list[str]
    chair: Actor

    @rule(pair=st.sampled_from(list(combinations(range(5), 2))), same=st.booleans(), turned=st.booleans())
    def say(self, pair: tuple[int, int], same: bool, turned: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Say what two cases are to each other; a contradiction is refused."""
        one, other = (self.numbers[place] for place in (reversed(pair) if turned else pair))
        try:
            joining.confirm_link(self.book, one, other, by=self.chair, same_person=same, because="Said.")
        except Refused:
            return

    @rule(pair=st.sampled_from(list(combinations(range(5), 2))))
    def take_back(self, pair: tuple[int, int]) -> None:
        """Take back what was said of two cases, if anything was."""
        one, other = (self.numbers[place] for place in pair)
        try:
            joining.unlink(self.book, one, other, by=self.chair, because="Taken back.")
        except Refused:
            return

    @invariant()
    def nothing_contradicts(self) -> None:
        """One row for a pair; nobody is one person with a case and told apart from it."""
        links = rows(self.book, CaseLink)
        assert len({frozenset((link.case_id, link.other_id)) for link in links}) == len(links)
        apart = [{link.case_id, link.other_id} for link in links if link.status == LinkStatus.REJECTED]
        with self.book.store.read() as connection:
            for number in self.numbers:
                mine = case(self.book, number).id
                same = joining.one_person_with(connection, mine)
                assert not any(pair <= same for pair in apart)
                assert all(mine in joining.one_person_with(connection, other) for other in same)


def test_whatever_people_say_in_whatever_order_links_do_not_contradict(quick_book: Casebook) -> None:
    """Symmetrical, and without a contradiction, after every step."""
    walk = Walk(quick_book)
    names = ("Ann One", "Bea Two", "Cid Three", "Dee Four", "Eli Five")
    Deciding.book, Deciding.chair = quick_book, walk.chair
    Deciding.numbers = [about(walk, name).number for name in names]
    with quick_book.store.write() as connection:
        connection.execute(joining.LINKS.delete())
    run_state_machine_as_test(
        Deciding,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
