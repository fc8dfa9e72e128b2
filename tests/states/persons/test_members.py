"""Whether a name that a report gives may be a member's: in any spelling, and never missed by the index."""

import pytest

from states.persons.members import may_name, mentions, own_tokens, said_tokens


@pytest.mark.clause("W-39")
@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("Bob O\u2019Brien Vega", "Robert O'Brien-Vega"),
        ("OBrien-Vega", "Robert O'Brien-Vega"),
        ("Officer Vega", "Robert O'Brien-Vega"),
        ("Smith, Robert", "Bob J. Smith"),
        ("Dean R. Smith", "Smith, Robert"),
        ("Se\u00e1n Murphy", "Sean Murphy"),
        ("vanderberg", "Anna van der Berg"),
        ("Muhammad Ali", "\u0645\u062d\u0645\u062f \u0639\u0644\u064a"),
    ],
)
def test_a_member_is_found_however_the_name_is_written(said: str, own: str) -> None:
    """What is alike shares an entry of the index, too, or nobody would come to compare it."""
    assert may_name(said, own)
    assert said_tokens(said) & own_tokens(own)


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("Robert", "Robert O'Brien-Vega"),
        ("Chris Smith", "Robert Smith"),
        ("Dean", "Dean Demo"),
        ("", "Robert Smith"),
        ("?", "Robert Smith"),
    ],
)
def test_a_first_name_or_a_rank_alone_names_no_member(said: str, own: str) -> None:
    """A team is not emptied by a word that anybody may be called by."""
    assert not may_name(said, own)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Reported by Robert O\u2019Brien Vega, who left.", True),
        ("Spoke with Bob Vega at the gate.", True),
        ("A Vega owner left the lot.", False),
        ("Robert left with the vegan.", False),
        ("", False),
    ],
)
def test_a_text_names_a_member_who_is_written_with_more_than_a_family_name(text: str, *, named: bool) -> None:
    """Every row of a log has words that are somebody's family name."""
    assert mentions(text, ["Robert O'Brien-Vega"]) == named
