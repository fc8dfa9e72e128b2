"""Changes of law and policy: who is asked to read each, who did, and that a new policy is told by itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.team.ending import end
from states.casebook.team.upkeep import changes
from states.contents.team import ChangeContent, MemberContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.policy.pack import PACKS
from states.policy.reading import load_pack
from states.tables import TeamEvent
from states.vocabulary.effects import Clock, DeadlineStage
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import deadlines, rows, verified

CHANGED = ChangeContent(title="invented-title", what="invented-what", source="invented-source")


def waiting(book: Casebook) -> list[str]:
    """Ids of those who are still reminded of a change."""
    return sorted(one.owner for one in deadlines(book, Clock.READING) if one.satisfied_at is None)


@pytest.mark.clause("U-16")
def test_each_member_is_asked_until_they_confirm_and_the_chair_sees_who_did_not(
    book: Casebook, watch: Watch
) -> None:
    """Whoever entered it has read it; the others hear within the hour, and the chair after two weeks."""
    walk = Walk(book)
    change = changes.enter(book, CHANGED, by=walk.chair, holds_at=MONDAY + timedelta(days=30))
    assert waiting(book) == ["custodian", "dean", "nurse", "officer"]
    watch.forward(hours=2)
    assert sweeping.sweep(book, by=SYSTEM)[DeadlineStage.REMINDED] >= len(waiting(book))
    nurse = members.actor(book, "nurse")
    changes.confirm(book, change, by=nurse)
    with pytest.raises(Refused):
        changes.confirm(book, change, by=nurse)
    assert waiting(book) == ["custodian", "dean", "officer"]
    (line,) = changes.listed(book, by=walk.chair)
    assert (set(line.read_by), line.unread_by) == ({"chair", "nurse"}, ["custodian", "dean", "officer"])
    watch.forward(days=15)
    sweeping.sweep(book, by=SYSTEM)
    late = [one.stage for one in deadlines(book, Clock.READING) if one.satisfied_at is None]
    assert late == [DeadlineStage.ESCALATED] * 3
    assert "invented" not in str([event.data for event in rows(book, TeamEvent)])
    verified(book)


@pytest.mark.clause("U-16", "W-02")
def test_whoever_comes_onto_the_team_is_asked_and_whoever_leaves_is_not(walk: Walk) -> None:
    """By the next sweep, with two weeks of their own; an operator does none of the team's work."""
    book = walk.book
    changes.enter(book, CHANGED, by=walk.chair, holds_at=MONDAY)
    end(book, "nurse", by=walk.chair, on=MONDAY, hand_over_to="dean")
    assert waiting(book) == ["custodian", "dean", "officer"]
    for member, role in (("fresh", Role.MEMBER), ("machine-room", Role.OPERATOR)):
        content = MemberContent(name=f"invented-{member}", address=f"{member}@wnmu.example")
        offices = ["health_services"] if role is Role.MEMBER else []
        members.enrol(book, member, content, by=walk.chair, offices=offices, roles=[role])
    sweeping.sweep(book, by=SYSTEM)
    assert waiting(book) == ["custodian", "dean", "fresh", "officer"]


@pytest.mark.clause("U-16")
def test_who_has_not_read_something_is_between_them_and_whoever_runs_the_team(walk: Walk) -> None:
    """A member is shown the change and their own word, and tells nobody of any."""
    book, nurse = walk.book, members.actor(walk.book, "nurse")
    change = changes.enter(book, CHANGED, by=walk.chair, holds_at=MONDAY)
    (line,) = changes.listed(book, by=nurse)
    assert (line.title, line.waits, line.read_by, line.unread_by) == ("invented-title", True, {}, [])
    with pytest.raises(NotPermitted):
        changes.enter(book, CHANGED, by=nurse, holds_at=MONDAY)
    with pytest.raises(NotPermitted):
        changes.take_back(book, change, by=nurse, because="invented")
    with pytest.raises(UnknownRecord):
        changes.confirm(book, "no-such-change", by=nurse)


def test_a_change_that_was_told_by_mistake_asks_nobody_any_more(book: Casebook) -> None:
    """It leaves the list and everybody's work, and stays on record with its reason."""
    walk = Walk(book)
    change = changes.enter(book, CHANGED, by=walk.chair, holds_at=MONDAY)
    with pytest.raises(BadInput):
        changes.take_back(book, change, by=walk.chair, because=" ")
    changes.take_back(book, change, by=walk.chair, because="invented-reason")
    assert (waiting(book), changes.listed(book, by=walk.chair)) == ([], [])
    with pytest.raises(UnknownRecord):
        changes.confirm(book, change, by=walk.officer)
    verified(book)


@pytest.mark.clause("U-13")
def test_a_new_version_of_the_policy_is_told_by_itself_and_once(
    book: Casebook, watch: Watch, tmp_path: Path
) -> None:
    """Not the version that was there at first; each member confirms it as they do any other change."""
    walk = Walk(book)
    sweeping.sweep(book, by=SYSTEM)
    assert changes.listed(book, by=walk.chair) == []
    text = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")
    file = tmp_path / "pack.toml"
    file.write_text(text.replace('version = "2013-02-05"', 'version = "2026-08"'), encoding="utf-8")
    newer = Casebook(book.store, book.vault, load_pack(str(file)), watch)
    for _ in range(2):
        sweeping.sweep(newer, by=SYSTEM)
    (line,) = changes.listed(newer, by=walk.chair)
    assert (line.version, line.waits) == ("2026-08", True)
    assert "in place of version 2013-02-05" in line.what
    assert waiting(newer) == ["chair", "custodian", "dean", "nurse", "officer"]
    changes.confirm(newer, line.change_id, by=walk.officer)
    assert "officer" not in waiting(newer)
    verified(newer)
