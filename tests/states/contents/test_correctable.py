"""Whatever a person enters can be set right: each kind of content may be corrected, or says why not."""

from collections.abc import Mapping

import pytest

from states.casebook.rearranging.following import ENTRIES
from states.casebook.rearranging.of_team import TEAM_ENTRIES, TeamEntry
from states.contents.classes import CLASSES, COLUMNS, CORRECTED
from states.contents.kept import KEPT

#: kinds of content that no correction changes, and how what is wrong there is set right
OTHERWISE: Mapping[str, str] = {
    # What the software writes down, or what came in: it stays to the letter.
    "tips": "as it came in; the report that was made of it is corrected",
    "log_entries": "as the log has it; what was imported is taken back, and the report is corrected",
    "attachments": "a file is withdrawn, with a reason, and added again",
    "notices": "as it left",
    "corrections": "each is a former wording; what it put there is corrected again",
    # What is decided or said anew, each time in a row of its own, so that the earlier wording stays.
    "subjects": "who the person is, is decided anew, and was decided before stays",
    "ratings": "each rates anew until the team has assessed; the newest counts, and every one stays",
    "conflicts": "whether somebody is kept out is decided anew; what was said before stays in it",
    "invitation_answers": "whoever is invited answers anew; the newest counts",
    "report_messages": "the reporter has read it: the team writes another one",
    "releases": "offices agree to the very words: another text is drafted",
    "release_decisions": "an office's word on the very text: it is drafted anew, and the office asked again",
    "disclosure_requests": "what was asked for and refused (34 CFR 99.32): it is asked anew",
    "erasure_permits": "the chair allows it anew; what allowed an erasure that was done stays",
    # The team's own, of no case.
    "members": "changed by whoever runs the team, in the team's own ledger",
    "accounts": "nobody typed it like this: it is set up anew",
    "passkeys": "removed, and made anew",
    "semester_reports": "written on until it is approved; then another one is written",
    "trainings": "taken back with a reason, and entered anew",
    "changes": "taken back with a reason, and entered anew",
}

#: fields of a kind that is corrected, which a correction does not ask for, and why
PARTS: Mapping[str, Mapping[str, str]] = {
    "agreements": {"corrections": "each is a former wording"},
    "reviews": {
        "corrections": "each is a former wording",
        **dict.fromkeys(("entered_by", "entered_at", "policy", "version"), "the software wrote it down"),
    },
    "meetings": {
        "actions": "each action that was agreed on is an entry of its own once the minutes are on record",
        "page": "which page a draft was typed on",
        "topics": "of a draft of the semester's: they become its minutes once these are on record",
        "moved_because": "told to whoever was invited, as it left",
        "corrections": "of the semester's: each is a former wording",
    },
    "stays": {"because": "the chair lets them in anew; of a broken glass it is what was reviewed"},
    "calls": {
        "say": "what they may be told: how it ended is corrected, or written anew",
        **dict.fromkeys(("name", "phone"), "of the report, which is corrected"),
    },
    "referrals": {"document": "the court's own paper", "ticket": "what the office's system calls it"},
    "source_queries": {
        "as_of": "what the source said of its data",
        "ticket": "what the source calls the question",
        "erased_at": "when the software erased it",
    },
}


def test_every_kind_of_content_is_corrected_or_says_how_it_is_set_right() -> None:
    """And none stands in two places, nor one that is no kind any more."""
    entries = [entry.table for entry in ENTRIES]
    assert len(entries) == len(set(entries))
    # Meetings are a case's, or the team's own.
    of_team = {entry.kept.table for entry in TEAM_ENTRIES} - {"meetings"}
    assert sorted([*entries, *of_team, *OTHERWISE]) == sorted(kept.table for kept in KEPT)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.table)
def test_every_field_of_what_is_corrected_is_asked_for_or_says_why_not(entry: object) -> None:
    """A field that is added to a content can be corrected from then on, or somebody says why it cannot."""
    (entry,) = [each for each in ENTRIES if each is entry]
    (kept,) = [each for each in KEPT if each.table == entry.table]
    left = set(kept.content.model_fields) - set(entry.content.model_fields)
    assert left == set(PARTS.get(entry.table, {}))
    assert set(entry.elsewhere) <= set(entry.content.model_fields)


@pytest.mark.parametrize("entry", TEAM_ENTRIES, ids=lambda entry: entry.kept.table)
def test_every_field_of_what_is_the_teams_own_is_corrected_or_says_why_not(entry: TeamEntry) -> None:
    """As of a case's; what of minutes is of a case alone is asked for there."""
    table = entry.kept.table
    left = set(entry.kept.content.model_fields) - set(entry.fields) - set(PARTS[table])
    assert set(entry.columns) <= set(entry.fields) <= set(entry.content.model_fields)
    assert left == ({"outside"} if table == "meetings" else set())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.table)
def test_the_former_wording_of_every_field_has_a_class_so_that_somebody_may_see_it(entry: object) -> None:
    """What lies in a column has one, too: else a correction of it would be shown to nobody."""
    (entry,) = [each for each in ENTRIES if each is entry]
    classed = set().union(*(of.get(entry.table, {}) for of in (CLASSES, COLUMNS, CORRECTED)))
    assert set(entry.content.model_fields) <= classed
