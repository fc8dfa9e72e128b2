"""The week of the roster, hand-over by both members' word, times off; the offices and who speaks for each."""

from datetime import timedelta
from http import HTTPStatus as S

import pytest

from states.casebook.alarms import duty
from tests.console.web.conftest import Served
from tests.states.conftest import MONDAY

DAY = timedelta(days=1)


@pytest.mark.clause("U-12", "U-15")
def test_a_week_shows_who_is_on_call_and_where_nobody_is_and_who_is_called(served: Served) -> None:
    """Stretch by stretch, by the institution's clock; whoever may be called reads the call chain."""
    walk, book = served.walk, served.book
    duty.put_on_call(book, "nurse", by=walk.chair, starts_at=MONDAY, ends_at=MONDAY + DAY)
    shown = " ".join(served.browser("officer").get("/team/duty").text.split())
    assert '<time datetime="2026-02-03T00:00:00-07:00">00:00</time> to' in shown
    assert '>09:00</time>: <bdi>invented-nurse-name</bdi></p> <p class="tone-late">' in shown
    assert "24:00</time>: <strong>nobody</strong>" in shown
    for said in (
        "At once",
        "whoever is on call by text, push or chat",
        "After 2 minutes",
        "the whole team by mail",
    ):
        assert said in shown
    later = served.browser("officer").get("/team/duty?first=2026-02-09").text
    assert "The week from February 9, 2026" in later
    assert served.browser("officer").get("/team/duty?first=once").status_code == S.OK


@pytest.mark.clause("U-12")
def test_a_member_hands_a_shift_over_to_another_who_takes_it(served: Served) -> None:
    """It stands in the other one's work at once, who has it from then on."""
    walk, book = served.walk, served.book
    shift = duty.put_on_call(book, "nurse", by=walk.chair, starts_at=MONDAY + DAY, ends_at=MONDAY + 2 * DAY)
    nurse, dean = served.browser("nurse"), served.browser("dean")
    at = f"/team/duty/shifts/{shift}"
    assert nurse.post(f"{at}/offer", data={"to": ""}).status_code == S.UNPROCESSABLE_ENTITY
    assert dean.post(f"{at}/offer", data={"to": "dean"}).status_code == S.NOT_FOUND
    assert nurse.post(f"{at}/offer", data={"to": "dean"}).status_code == S.SEE_OTHER
    assert "who has not answered yet" in nurse.get("/team/duty").text
    assert 'href="/team/duty"' in dean.get("/").text
    assert "Offered to you" in dean.get("/team/duty").text
    assert dean.post(f"{at}/answer", data={"do": "take"}).status_code == S.SEE_OTHER
    has = {one.shift_id: one.member_id for one in duty.roster(book, by=walk.chair).shifts}
    assert has[shift] == "dean"
    assert "Offered to you" not in dean.get("/team/duty").text


def test_time_off_is_entered_as_people_type_it_and_struck_again(served: Served) -> None:
    """What cannot be read is asked for again, with what was typed."""
    nurse = served.browser("nurse")
    wrong = nurse.post("/team/duty/off", data={"since": "some time", "until": "tomorrow 5 pm"})
    assert (wrong.status_code, "some time" in wrong.text) == (S.UNPROCESSABLE_ENTITY, True)
    said = {"since": "2026-02-04 8:00", "until": "2026-02-05 17:00"}
    assert nurse.post("/team/duty/off", data=said).status_code == S.SEE_OTHER
    (off,) = duty.roster(served.book, by=served.walk.chair).off
    assert "There after all" in nurse.get("/team/duty").text
    assert "There after all" not in served.browser("dean").get("/team/duty").text
    assert served.browser("dean").post(f"/team/duty/off/{off.time_off_id}/strike").status_code == S.NOT_FOUND
    assert nurse.post(f"/team/duty/off/{off.time_off_id}/strike").status_code == S.SEE_OTHER
    assert "Nobody is off" in nurse.get("/team/duty").text


@pytest.mark.clause("W-02")
def test_each_office_stands_with_who_speaks_for_it(served: Served) -> None:
    """Those on the team without anybody are marked."""
    shown = " ".join(served.browser("nurse").get("/team/offices").text.split())
    pack = served.book.pack
    assert shown.count(" · on the team") == sum(office.on_team for office in pack.offices.values())
    health = shown.index(pack.offices["health_services"].name)
    assert "invented-nurse-name" in shown[health : health + 300]
    assert "Nobody speaks for it yet" in shown
    assert "chairs the team" in shown
