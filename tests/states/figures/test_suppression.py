"""No number under five can be worked out from all that are shown, by whoever has all of them."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.figures.suppression import EVERYBODY, LEAST, TOTAL, Atom, Cell, Shown, decide
from states.vocabulary.figures import Unshown
from tests.states.figures.attacking import Attacker, circulates

pytestmark = pytest.mark.clause("U-07")

SITES, AFFILIATIONS = ("a-site", "b-site", "c-site"), ("student", "staff", "visitor")
CATEGORIES, OTHERS = ("extreme", "severe", "mild"), ("first", "again")

#: what happened: at which site, about which affiliation, in which categories of two charts
Happened = tuple[str, str, str, str]

#: few of them, or enough that numbers are shown; sites and categories that are rare, and some that are not
often = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20])
happened = st.dictionaries(
    st.tuples(
        st.sampled_from(SITES),
        st.sampled_from(AFFILIATIONS),
        st.sampled_from(CATEGORIES),
        st.sampled_from(OTHERS),
    ),
    often,
    max_size=30,
).map(lambda numbers: [each for each, number in numbers.items() for _ in range(number)])


def tables(
    things: Sequence[Happened], people: int | None = None
) -> tuple[list[Shown], list[Counter[tuple[str, str]]]]:
    """What is shown of three tables that count the same things, and what is true of each."""
    shown, true = [], []
    for group, groups, category, categories in (
        (0, SITES, 3, OTHERS),
        (0, SITES, 2, CATEGORIES),
        (1, AFFILIATIONS, 2, CATEGORIES),
    ):
        atoms = [
            Atom(each[group], each[category], f"person-{number % people if people else number}")
            for number, each in enumerate(things)
        ]
        shown.append(decide(atoms, categories, groups))
        true.append(counted(atoms))
    return shown, true


def counted(atoms: Iterable[Atom]) -> Counter[tuple[str, str]]:
    """The true numbers, with all sums."""
    numbers = Counter[tuple[str, str]]()
    for atom in atoms:
        for group in (EVERYBODY, atom.group):
            for category in (TOTAL, atom.category):
                numbers[group, category] += atom.number
    return numbers


def worked_out(shown: Sequence[Shown], true: Sequence[Counter[tuple[str, str]]]) -> list[str]:
    """The hidden numbers for which fewer than five values are left to whoever has all tables."""
    attacker = Attacker(*shown)
    found = []
    for number, group, category in attacker.hidden:
        values = attacker.values(attacker.edge(number, group, category), true[number][group, category])
        if len(values) < LEAST:
            found.append(f"table {number}, {group or 'all'}, {category or 'total'}: {sorted(values)}")
    return found


@given(happened)
def test_whoever_has_every_number_pins_down_none_that_is_hidden(things: list[Happened]) -> None:
    """By site, affiliation and another chart's categories at once: five values or more stay possible."""
    shown, true = tables(things)
    assert worked_out(shown, true) == []


@given(happened, st.integers(1, 12))
def test_many_reports_about_few_people_are_few_people(things: list[Happened], people: int) -> None:
    """What is shown is about five people or more, however often somebody is counted."""
    shown, _ = tables(things, people)
    for table, group, category in zip(shown, (0, 0, 1), (3, 2, 2), strict=True):
        for (row, column), cell in table.items():
            whom = {
                number % people
                for number, each in enumerate(things)
                if row in (EVERYBODY, each[group]) and column in (TOTAL, each[category])
            }
            assert isinstance(cell, Unshown) or len(whom) >= LEAST
            assert cell is not Unshown.FEW or len(whom) < LEAST


@given(happened, st.integers(1, 40))
def test_people_who_are_counted_alike_decide_as_each_of_them_does(
    things: list[Happened], people: int
) -> None:
    """Told as one, and how many they are: nothing is shown that would not be, and nothing less."""
    of_each = dict[int, Counter[tuple[str, str]]]()
    for number, each in enumerate(things):
        of_each.setdefault(number % people, Counter())[each[0], each[2]] += 1
    alike = Counter(frozenset(cells.items()) for cells in of_each.values())
    together = [
        Atom(site, category, f"kind-{kind}", number * many, many)
        for kind, (cells, many) in enumerate(alike.items())
        for (site, category), number in cells
    ]
    one_by_one = [
        Atom(site, category, f"person-{person}", number)
        for person, cells in of_each.items()
        for (site, category), number in cells.items()
    ]
    assert decide(together, CATEGORIES, SITES) == decide(one_by_one, CATEGORIES, SITES)


@given(happened)
def test_what_is_shown_is_true(things: list[Happened]) -> None:
    """No number is changed, and none is shown as nothing."""
    for shown, true in zip(*tables(things), strict=True):
        assert all(
            cell == true[place] and cell for place, cell in shown.items() if not isinstance(cell, Unshown)
        )


@given(happened)
def test_charts_of_the_same_things_decide_alike_on_what_they_share(things: list[Happened]) -> None:
    """A total by site that one chart keeps back no other chart of the same reports shows."""
    (one, other, _), _ = tables(things)
    assert all(one[site, TOTAL] == other[site, TOTAL] for site in (EVERYBODY, *SITES))


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((9, 8, 7), [9, 8, 7]),
        # The total would give the one away.
        ((9, 8, 1), [9, "kept_back", "kept_back"]),
        # Together they are fewer than five.
        ((20, 2, 1), ["kept_back", "kept_back", "kept_back"]),
        ((20, 4, 4), [20, "kept_back", "kept_back"]),
        ((1, 1, 1), ["fewer_than_5", "fewer_than_5", "fewer_than_5"]),
        ((0, 0, 0), ["fewer_than_5", "fewer_than_5", "fewer_than_5"]),
    ],
)
def test_a_row_keeps_back_what_would_give_another_number_away(
    numbers: tuple[int, ...], shown: list[object]
) -> None:
    """The next smallest stays back with it, until the sum of both is about five people."""
    atoms = [
        Atom("a-site", category, f"{category}-{one}")
        for category, number in zip(CATEGORIES, numbers, strict=True)
        for one in range(number)
    ]
    decided = decide(atoms, CATEGORIES, SITES)
    assert [decided[EVERYBODY, category] for category in CATEGORIES] == shown


def test_the_attacker_works_out_what_a_table_without_care_gives_away() -> None:
    """A number that a row or a column leaves alone, and one that two tables leave nearly alone, is found."""
    shown: dict[tuple[str, str], Cell] = {
        (EVERYBODY, TOTAL): 20,
        (EVERYBODY, "extreme"): Unshown.FEW,
        (EVERYBODY, "mild"): 18,
        ("a-site", TOTAL): 20,
        ("a-site", "extreme"): Unshown.FEW,
        ("a-site", "mild"): 18,
    }
    attacker = Attacker(shown)
    assert attacker.values(attacker.edge(0, EVERYBODY, "extreme"), 2) == {2}
    shown |= {(EVERYBODY, TOTAL): Unshown.KEPT_BACK, ("a-site", TOTAL): Unshown.KEPT_BACK}
    assert Attacker(shown).values(attacker.edge(0, EVERYBODY, "extreme"), 2) == {0, 1, 2, 3, 4}


def test_what_cannot_flow_is_told_from_what_can() -> None:
    """The attacker's own reckoning: lower bounds beyond what a way can take are impossible."""
    one, other = (0, "one"), (1, "other")
    assert circulates({(one, other): (2, 5), (other, one): (3, 3)}, [])
    assert not circulates({(one, other): (4, 5), (other, one): (3, 3)}, [])
