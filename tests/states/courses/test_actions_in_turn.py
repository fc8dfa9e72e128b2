"""Actions that come after others of the same plan: owners, dates and dependencies (W-07, W-08)."""

from collections.abc import Sequence
from datetime import UTC

import pytest

from console.shown.case.beside import versions
from console.shown.case.measures.plans import comes_after
from console.shown.case.opened import Opened
from states.casebook.landing import actions
from states.casebook.plan import doing, planning
from states.casebook.reading import whole_case
from states.casebook.rearranging import corrections
from states.casebook.team import members
from states.contents.plans import ActionContent
from states.contents.team import MemberContent
from states.errors import BadContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock
from states.vocabulary.people import Role
from tests.cases.planning import drafted, in_force, in_turn
from tests.cases.walking import Walk
from tests.states.courses.taking_up import turns
from tests.states.looking import deadlines, verified

pytestmark = pytest.mark.clause("W-07", "W-08")


def opened(walk: Walk, number: str) -> Opened:
    """The case as its page has it."""
    dossier = whole_case.dossier(walk.book, number, by=walk.chair)
    return Opened(dossier, (), (), (), walk.book.pack, UTC, {"nurse": "invented-nurse"})


@pytest.mark.parametrize(
    ("after", "place", "said"),
    [
        ([[], ["3"]], 1, "Action 2 comes after “3”, which is no action's number here."),
        ([[], ["0"]], 1, "Action 2 comes after “0”, which is no action's number here."),
        ([["some"]], 0, "Action 1 comes after “some”, which is no action's number here."),
        ([[], [2]], 1, "Action 2 comes after itself."),
        (
            [[2], [1]],
            0,
            "Action 1 comes after action 2, which comes after action 1: none of them could begin.",
        ),
        (
            [[], [4], [2], [3, 1]],
            1,
            "Action 2 comes after action 4, which comes after action 3, which comes ",
        ),
    ],
)
def test_an_order_in_which_nothing_could_begin_is_refused_in_words(
    walk: Walk, after: Sequence[Sequence[object]], place: int, said: str
) -> None:
    """At the action that is at fault; nothing is written."""
    number = walk.assessed(Level.MILD)
    walk.act(number, "develop_plan")
    with pytest.raises(BadContent) as refused:
        planning.draft_plan(walk.book, number, in_turn(walk, after), by=walk.officer)
    assert str(refused.value).startswith(said)
    assert "Nothing was written" in str(refused.value)
    assert list(refused.value.at) == [f"actions.{place}.after"]
    assert walk.records(number, "plans") == []


def test_several_may_come_after_one_and_one_after_several(walk: Walk) -> None:
    """What comes after what is kept by id; numbers may be given as such."""
    number, ids = drafted(walk, [[], [1], ["1"], [3, 2, 3]])
    kept = {row["content"]["what"]: row["content"]["after"] for row in walk.records(number, "plan_actions")}
    first, second, third = (ids[f"invented-{place}"] for place in (1, 2, 3))
    assert kept["invented-1"] == []
    assert kept["invented-2"] == kept["invented-3"] == [first]
    assert kept["invented-4"] == [third, second]
    verified(walk.book)


def test_an_owner_reads_what_an_action_waits_for_until_that_is_done(walk: Walk) -> None:
    """It may be done before, which is on record; its own day stays where it was."""
    number, ids = in_force(walk, [[], [1], [2]])
    nurse = members.actor(walk.book, "nurse")
    clock = [row.due_at for row in deadlines(walk.book, Clock.PLAN_ACTION) if row.about == ids["invented-2"]]
    (waits, *more) = actions.own(walk.book, ids["invented-2"], by=nurse)[1].waits_for
    assert not more
    assert (waits.what, waits.owner, [waits.due_at]) == ("invented-1", "dean", clock)
    early = doing.complete_action(walk.book, number, ids["invented-2"], by=nurse)
    assert early == [ids["invented-1"]]
    rows = {row["content"]["what"]: row for row in walk.records(number, "plan_actions")}
    assert comes_after(opened(walk, number), rows["invented-2"]) == "invented-1: was done before it"
    assert comes_after(opened(walk, number), rows["invented-3"]) == "invented-2 (done)"
    doing.complete_action(walk.book, number, ids["invented-1"], by=walk.officer)
    assert not actions.own(walk.book, ids["invented-2"], by=nurse)[1].waits_for
    verified(walk.book)


def test_whoever_is_not_on_the_case_learns_who_is_waited_for_and_not_what_they_do(walk: Walk) -> None:
    """Their own actions are told in words."""
    content = MemberContent(name="invented-helper", address="helper@wnmu.example")
    members.enrol(
        walk.book, "helper", content, by=walk.chair, offices=["human_resources"], roles=[Role.MEMBER]
    )
    number, ids = in_force(walk, [[], [1]], owner="helper")
    helper = members.actor(walk.book, "helper")
    (waits, *more) = actions.own(walk.book, ids["invented-2"], by=helper)[1].waits_for
    assert not more
    assert (waits.what, waits.owner) == ("", "dean")
    assert doing.own_actions(walk.book, number, by=helper)[0].what == "invented-2"


def test_what_comes_after_what_is_among_what_changed_since_the_last_version(walk: Walk) -> None:
    """And nothing else, where nothing else did."""
    number, _ = drafted(walk, [[], [], []])
    planning.draft_plan(walk.book, number, in_turn(walk, [[], [1], []]), by=walk.officer)
    changes = versions.changed(opened(walk, number))
    assert changes is not None
    (change,) = changes
    assert change.what == "Action: invented-2"
    assert change.now == f"{change.before}, after: invented-1"


def test_the_order_is_corrected_by_ids_of_the_same_plan(walk: Walk) -> None:
    """What is of another plan, the action itself, or what waits for it, is refused."""
    number, old = drafted(walk, [[], [], []])
    planning.draft_plan(walk.book, number, in_turn(walk, [[], [1], []]), by=walk.officer)
    rows = [row for row in walk.records(number, "plan_actions") if row["id"] not in old.values()]
    ids = {row["content"]["what"]: row["id"] for row in rows}

    def corrected(what: str, after: Sequence[str]) -> None:
        corrections.put_right(
            walk.book, number, ids[what], {"after": after}, by=walk.officer, because="invented-because"
        )

    for after, said in (
        ([old["invented-3"]], "what is no action of its plan"),
        ([ids["invented-1"]], "itself"),
        ([ids["invented-2"]], "“invented-1” comes after “invented-2”, which comes after “invented-1”"),
    ):
        with pytest.raises(BadContent, match=said):
            corrected("invented-1", after)
    corrected("invented-1", [ids["invented-3"]])
    kept = {row["id"]: row["content"]["after"] for row in walk.records(number, "plan_actions")}
    assert kept[ids["invented-1"]] == [ids["invented-3"]]
    verified(walk.book)


def test_whoever_waits_for_nothing_any_more_as_the_order_was_corrected_hears_it_once(walk: Walk) -> None:
    """As when what it came after is done; one that leaves them waiting, or is their own, says nothing."""
    number, ids = in_force(walk, [[], [1], [1, 2], []], owner="officer")

    def corrected(what: str, *after: str) -> None:
        right = {"after": [ids[each] for each in after]}
        corrections.put_right(walk.book, number, ids[what], right, by=walk.officer, because="invented-why")

    corrected("invented-2")
    assert turns(walk.book, number) == [], "it is theirs, and they know"
    corrected("invented-3", "invented-2")
    corrected("invented-4", "invented-1")
    assert turns(walk.book, number) == [], "each waits for something still"
    corrected("invented-3")
    rows = {row["id"]: row["owner"] for row in walk.records(number, "plan_actions")}
    assert turns(walk.book, number) == [(ids["invented-3"], rows[ids["invented-3"]])]


def test_an_action_that_comes_after_none_reads_as_before(walk: Walk) -> None:
    """One that was written before any could is opened as one that waits for nothing."""
    number, ids = in_force(walk, [[], []])
    assert ActionContent.read({"what": "x"}).after == ()
    nurse = members.actor(walk.book, "nurse")
    assert actions.own(walk.book, ids["invented-2"], by=nurse)[1].waits_for == ()
    (row, _) = walk.records(number, "plan_actions")
    assert comes_after(opened(walk, number), row) == ""
