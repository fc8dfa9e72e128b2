"""Whom a reporter names as in danger: sealed, found, to be confirmed, and kept out where a member."""

import html
import re

import pytest

from states.casebook.inquiry import triage
from states.casebook.persons import searching
from states.casebook.reading import whole_case
from states.casebook.standing import conflicts
from states.vocabulary.people import ConflictRole, PersonRole
from tests.cases.walking import invented
from tests.console.web.cases.test_steps import takes
from tests.console.web.conftest import Served
from tests.console.web.report.test_steps import newest, sent, stepped

NAMES = "Ariadne Erfunden\r\n  Bogdan   Beispiel \r\n\r\n"


@pytest.mark.clause("W-53")
def test_names_of_those_in_danger_are_sealed_found_and_wait_until_the_team_confirms_them(
    served: Served,
) -> None:
    """The case page names both until one of them is put on record; then the other one."""
    sent(served.stranger(), endangered_names=NAMES, campus_id="", name="Somebody Unbekannt")
    case = newest(served)
    (report,) = whole_case.dossier(served.book, case, by=served.walk.chair)["reports"]
    assert report["content"]["endangered_names"] == ["Ariadne Erfunden", "Bogdan Beispiel"]
    with served.book.store.read() as connection:
        for table in ("reports", "blind_indexes", "events"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - of three that are ours
            assert not any("Erfunden" in str(row) for row in rows), table
    for spelling in ("Erfunden, Ariadne", "bogdan beispiel"):
        (hit,) = (
            each
            for each in searching.search(served.book, spelling, by=served.walk.chair)
            if each.number == case
        )
        assert hit.role is PersonRole.NAMED_IN_DANGER
    chair = served.browser("chair")
    waiting = "(named in a report, to confirm)"
    shown = html.unescape(chair.get(f"/cases/{case}").text)
    assert f"Ariadne Erfunden {waiting}" in shown
    assert f"Bogdan Beispiel {waiting}" in shown
    assert f'id="people-in_danger" href="/cases/{case}/steps/in_danger"' in shown
    asked = chair.get(f"/cases/{case}/steps/in_danger").text
    assert re.search(r'name="name"[^>]*value="Ariadne Erfunden"', asked)
    triage.assign(served.book, case, by=served.walk.chair, lead="chair", offices=["university_police"])
    takes(chair, case, "in_danger", {"name": "Ariadne Maria Erfunden", "role": "target", "done": "Called."})
    shown = html.unescape(chair.get(f"/cases/{case}").text)
    assert "Ariadne Maria Erfunden" in shown
    assert f"Ariadne Erfunden {waiting}" not in shown
    assert f"Bogdan Beispiel {waiting}" in shown
    (kept,) = served.walk.records(case, "targets")
    assert kept["role"] == "target"


@pytest.mark.clause("W-39", "W-53")
def test_a_member_whom_a_reporter_names_as_in_danger_is_kept_out(served: Served) -> None:
    """As whoever may be in danger decides nothing in their own case, also before anybody has confirmed it."""
    sent(served.stranger(), endangered_names=invented("nurse.name"), campus_id="")
    case = newest(served)
    with served.book.page(case, served.walk.chair, None) as page:
        assert "nurse" in conflicts.concerned(page, ConflictRole.TARGET)
    assert served.browser("nurse").get(f"/cases/{case}").status_code == 404


def test_too_many_names_say_what_would_help_and_stay(served: Served) -> None:
    """Twenty fit; more, or a line as long as a story, stands in its field again with a sentence."""
    client = served.stranger()
    stepped(client, "", site="deming", danger="no")
    stepped(client, "what", behavior_of_concern="An invented worry.")
    for wrong in ("\n".join(["Riley Example"] * 21), "x" * 141):
        answer = stepped(client, "who", endangered_names=wrong)
        assert (answer.status_code, "one name a line" in answer.text, wrong in answer.text) == (
            422,
            True,
            True,
        )
    assert stepped(client, "who", endangered_names="\n".join(["Riley Example"] * 20)).status_code == 200
