"""Names of one person written in many ways are found and ranked high; those of different people are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.persons.comparing import LIKELY, WORTH_A_LOOK, likeness
from states.persons.names import NAME_PAIR, NAME_SOUND, slips, tokens, words
from states.vocabulary.people import MatchReason

#: two ways to write one person's name, and a reason that is told for taking them for one
ONE_PERSON = [
    ("Mary O'Brien-Vega", "Mary OBrien Vega", MatchReason.SAME_NAME),
    ("Mary O'Brien", "Mary O\u2019Brien", MatchReason.SAME_NAME),
    ("Mary O'Brien", "Mary O\u00b4Brien", MatchReason.SAME_NAME),
    ("Mary O\u2018Brien", "Mary O Brien", MatchReason.CLOSE_SPELLING),
    ("Seán Murphy", "Sean Murphy", MatchReason.SAME_NAME),
    ("Jose\u0301 Pérez", "JOSE PEREZ", MatchReason.SAME_NAME),
    ("Smith, Robert", "Robert Smith", MatchReason.OTHER_ORDER),
    ("Smith, Robert", "Robert J. Smith", MatchReason.PART_OF_NAME),
    ("Bob Smith", "Smith, Robert", MatchReason.NICKNAME),
    ("Dr. Liz Taylor", "Elizabeth Taylor", MatchReason.NICKNAME),
    ("María González", "Gonzales, Maria", MatchReason.CLOSE_SPELLING),
    ("Stephen Smyth", "Steven Smith", MatchReason.CLOSE_SPELLING),
    ("Catherine Jones", "Kathryn Jones", MatchReason.CLOSE_SPELLING),
    ("Jan van der Berg", "Jan Vanderberg", MatchReason.CLOSE_SPELLING),
    ("Hans Müller", "Hans Mueller", MatchReason.CLOSE_SPELLING),
    ("Mohammed Ali", "Muhammad Ali", MatchReason.CLOSE_SPELLING),
    ("Łukasz Żółkiewski", "Lukasz Zolkiewski", MatchReason.SAME_NAME),
    ("李明", "Li Ming", MatchReason.OTHER_SCRIPT),
    ("李明", "Ming Li", MatchReason.OTHER_ORDER),
    ("王小明", "Wang Xiaoming", MatchReason.CLOSE_SPELLING),
    ("محمد علي", "Mohammed Ali", MatchReason.OTHER_SCRIPT),
    ("مُحَمَّد علي", "محمد علي", MatchReason.SAME_NAME),
    ("أحمد حسن", "احمد حسن", MatchReason.SAME_NAME),
    ("สมชาย ใจดี", "สมชาย  ใจดี", MatchReason.SAME_NAME),
    ("አበበ በቀለ", "Abebe Bekele", MatchReason.OTHER_SCRIPT),
    ("ኃይሌ ገብረ", "ሀይሌ ገብረ", MatchReason.SAME_NAME),
    ("Nguyễn Văn An", "An Nguyen", MatchReason.PART_OF_NAME),
    ("Nguyễn Văn An", "Van An Nguyen", MatchReason.OTHER_ORDER),
    ("Иван Петров", "Ivan Petrov", MatchReason.OTHER_SCRIPT),
]

#: names that are worth a look and no more: initials and what may be a slip, or another person
MAYBE = [
    ("R. Smith", "Robert Smith"),
    ("B. Smith", "Robert Smith"),
    ("Maria Garcia", "Marta Garcia"),
    ("Juan Garcia", "Jean Garcia"),
    ("Nguyen Van An", "Nguyen Van Anh"),
]

#: names of different people, which nobody is to be bothered with
DIFFERENT = [
    ("John Smith", "Jane Smith"),
    ("James Smith", "John Smith"),
    ("Robert Smith", "Robert Jones"),
    ("Robin Smith", "Ruben Smith"),
    ("John Williams", "John Williamson"),
    ("Carlos Martin", "Carlos Martinez"),
    ("Wei Chen", "Wei Cheng"),
    ("Nguyen Van An", "Nguyen Thi An"),
    ("Nguyễn Văn An", "Nguyễn Văn Bình"),
    ("李明", "李娜"),
    ("王明", "李明"),
    ("محمد علي", "محمود علي"),
    ("محمد علي", "محمد عمر"),
    ("Ahmed Ali", "Ahmed Omar"),
    ("አበበ በቀለ", "አበበ ገብረ"),
    ("สมชาย ใจดี", "สมหญิง ใจดี"),
    ("Smith", "Robert Smith"),
    ("R. S.", "Robert Smith"),
    ("", "Robert Smith"),
    ("Dana Demo", "Sam Sample"),
]


@pytest.mark.clause("W-47")
@pytest.mark.parametrize(("one", "other", "reason"), ONE_PERSON)
def test_one_name_is_found_however_it_is_written(one: str, other: str, reason: MatchReason) -> None:
    """The index leads from each to the other, and the comparison ranks it high and says why."""
    assert {kind for kind, _ in tokens(one) & tokens(other)} & {NAME_PAIR, NAME_SOUND}
    assert any(kind == NAME_PAIR for kind, _ in tokens(one) & tokens(other))
    found = likeness(one, other)
    assert found is not None
    assert found.score >= LIKELY
    assert reason in found.reasons


@pytest.mark.parametrize(("one", "other"), MAYBE)
def test_an_initial_or_a_slip_is_worth_a_look_and_no_more(one: str, other: str) -> None:
    """It is suggested, behind all that is likelier."""
    found = likeness(one, other)
    assert found is not None
    assert WORTH_A_LOOK <= found.score < LIKELY


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_people_are_not_taken_for_one(one: str, other: str) -> None:
    """Whatever the index holds of both, the comparison does not suggest it."""
    found = likeness(one, other)
    assert found is None or found.score < WORTH_A_LOOK


@given(st.data(), st.text(alphabet="abcdeklmnoprstw", min_size=5, max_size=14))
def test_a_slip_in_a_word_leaves_an_entry_that_both_share(data: st.DataObject, word: str) -> None:
    """A letter too many, too few, another one, or two that changed places: at whatever place of it."""
    place, letter = data.draw(st.integers(0, len(word) - 1)), data.draw(st.sampled_from("aeklmprst"))
    before, behind = word[:place], word[place + 1 :]
    for slip in (
        before + letter + word[place:],
        before + behind,
        before + letter + behind,
        before + behind[:1] + word[place] + behind[1:],
    ):
        assert slips(word) & slips(slip), (word, slip)
    assert len(slips(word)) <= 8


#: names of what people write, and of what nobody does
NAMES = st.one_of(
    st.sampled_from([name for pair in (*ONE_PERSON, *MAYBE, *DIFFERENT) for name in pair[:2]]),
    st.text(max_size=40),
    st.lists(st.text(alphabet="abcdeorst", min_size=1, max_size=7), max_size=5).map(" ".join),
)


@given(NAMES, NAMES)
def test_which_name_comes_first_makes_no_difference(one: str, other: str) -> None:
    """Comparing is symmetrical, and its score lies between nothing and the same."""
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert found is None or 0 < found.score <= 1


@given(NAMES)
def test_a_name_is_like_itself_in_any_case_and_form(name: str) -> None:
    """However it is composed, and whether somebody shouts it."""
    same = unicodedata.normalize("NFD", name)
    if words(name) and words(same) == words(name):
        found = likeness(name, same)
        assert found is not None
        assert found.score == 1
    assert tokens(name) == tokens(f"  {name}  ")


@given(NAMES)
def test_no_token_is_a_name_in_clear_beyond_its_words(name: str) -> None:
    """What is keyed is small: no more entries than a long name's pairs, however much somebody writes."""
    assert len(tokens(name)) <= 600
