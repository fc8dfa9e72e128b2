"""What a grave case urges: the police alerted once at each gravity, and the team called together."""

from datetime import timedelta
from typing import Any

import pytest

from states.guards.guard import CONDITIONS
from states.policy.pack import Pack
from states.standing_level import LOOKED_AT
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind
from tests.states.conftest import MONDAY
from tests.states.process.case_files import File, S, assessment, held, row


def said(level: Level, seq: int = 5) -> Any:
    """A screening or an assessment at a level."""
    return row(seq, level=level)


def alarmed(level: Level | None, seq: int = 6) -> Any:
    """An alarm at a level; None: an imminent danger."""
    return row(seq, level=level)


@pytest.mark.parametrize(
    ("screened", "assessed", "alarms", "owed"),
    [
        ([], [said(Level.EXTREME)], [], True),
        ([], [said(Level.SEVERE)], [], True),
        ([said(Level.SEVERE)], [], [], True),
        ([], [said(Level.ELEVATED)], [], False),
        ([], [], [], False),
        ([], [said(Level.EXTREME)], [alarmed(Level.EXTREME)], False),
        ([], [said(Level.EXTREME)], [alarmed(None)], False),
        ([], [said(Level.EXTREME)], [alarmed(Level.SEVERE)], True),
        ([], [said(Level.SEVERE)], [alarmed(Level.EXTREME)], False),
        # Before the present course began.
        ([], [said(Level.EXTREME)], [alarmed(Level.EXTREME, seq=1)], True),
        # The screening was alarmed, and the assessment only says the same.
        ([said(Level.EXTREME)], [said(Level.EXTREME, 9)], [alarmed(Level.EXTREME)], False),
        # It was calmer in between, so that the danger is a new one.
        (
            [said(Level.EXTREME)],
            [said(Level.MILD, 9), said(Level.SEVERE, 12)],
            [alarmed(Level.EXTREME)],
            True,
        ),
    ],
)
@pytest.mark.clause("W-13")
def test_the_police_are_alerted_once_at_each_gravity(
    pack: Pack, screened: list[Any], assessed: list[Any], alarms: list[Any], *, owed: bool
) -> None:
    """Extreme and Severe, provisional or assessed; who knows of it at this gravity is not alerted again."""
    file = File(sections={S.SCREENINGS: screened, S.ASSESSMENTS: assessed, S.ALARMS: alarms})
    condition, _ = CONDITIONS["grave_and_not_alerted"]
    assert condition(file.opened(pack)) is owed


def meeting(kind: MeetingKind, *, ahead: bool) -> Any:
    """A meeting that was called and has no minutes, still to come or passed."""
    at = MONDAY + timedelta(hours=1 if ahead else -1)
    return row(kind=kind, held_at=None, held_seq=0, cancelled_at=None, scheduled_at=at, quorate=False)


@pytest.mark.parametrize(
    ("levels", "meetings", "owed"),
    [
        ([Level.EXTREME], [], True),
        ([Level.SEVERE], [], True),
        ([Level.ELEVATED], [], False),
        ([Level.SEVERE], [meeting(MeetingKind.EMERGENCY, ahead=True)], False),
        ([Level.SEVERE], [meeting(MeetingKind.EMERGENCY, ahead=False)], True),
        ([Level.SEVERE], [meeting(MeetingKind.REVIEW, ahead=True)], True),
        ([Level.SEVERE], [held(quorate=True, seq=4)], False),
        ([Level.SEVERE], [held(quorate=False, seq=4)], True),
        ([Level.SEVERE, Level.SEVERE], [held(quorate=True, seq=4)], False),
        ([Level.SEVERE, Level.EXTREME], [held(quorate=True, seq=4)], True),
        ([Level.EXTREME, Level.SEVERE], [held(quorate=True, seq=4)], False),
        ([], [], False),
    ],
)
@pytest.mark.clause("W-30")
def test_an_emergency_meeting_is_called_when_a_case_becomes_grave(
    pack: Pack, levels: list[Level], meetings: list[Any], *, owed: bool
) -> None:
    """Extreme or Severe, unless the team has met since it came on record, or is called to at once."""
    assessments = [assessment(one, seq) for seq, one in zip((3, 5), levels, strict=False)]
    file = File(sections={S.ASSESSMENTS: assessments, S.MEETINGS: meetings})
    condition, needed = CONDITIONS["grave_and_not_met"]
    assert condition(file.opened(pack)) is owed
    assert needed == set(LOOKED_AT)
