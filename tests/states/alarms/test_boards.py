"""The board of alarms that whoever may be called looks at."""

import pytest

from states.casebook.alarms import answers
from states.contents.closing import TakeOverContent
from tests.cases.walking import Walk
from tests.states.alarms.test_call_chains import imminent
from tests.states.conftest import Watch


@pytest.mark.clause("U-15")
def test_no_alarm_that_nobody_has_taken_over_falls_off_the_board(walk: Walk, watch: Watch) -> None:
    """However many came after it; of the others as many are shown as are asked for, the newest first."""
    numbers = []
    for _ in range(5):
        numbers.append(imminent(walk))
        watch.forward(minutes=1)
    officer = TakeOverContent(who="Invented Officer", agency="Invented Agency")
    for number in numbers[1:4]:
        answers.by_team(walk.book, number, officer, by=walk.officer)
    shown = [each.alarm.number for each in answers.boards(walk.book, by=walk.chair, taken=2)]
    assert shown == [numbers[4], numbers[0], numbers[3], numbers[2]]
