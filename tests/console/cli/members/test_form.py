"""The incident form as `tat report` asks for it."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from console.cli.members.report.form import fill_in
from states.calendar.moments import Here
from states.policy.reading import load_pack


class NoHurry:
    """What is called only where somebody is in danger."""

    def begin(self, site: str) -> None:
        """Nobody is."""
        raise AssertionError(site)

    def keep(self, given: object) -> None:
        """Nobody is."""
        raise AssertionError(given)


def test_what_the_form_shows_as_an_example_or_a_choice_can_be_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day of a behavior lies not ahead, and where nothing is chosen, nothing is shown as chosen."""
    answers = ["n", "", "Sam Sample", *[""] * 9, "Shouted."]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*answers, ""])))
    here = Here(ZoneInfo("America/Denver"), datetime(2031, 3, 10, 2, tzinfo=UTC))
    with pytest.raises(typer.Abort):
        fill_in(load_pack("wnmu"), here, NoHurry())
    asked = capsys.readouterr().err
    assert "Date of the behavior, as in 2031-03-09 or yesterday: " in asked
    assert "[]" not in asked


def test_who_may_be_in_danger_is_asked_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the form, in whatever report; too many are asked for again."""
    kept = ["Pat Sample", "Lee Sample"]
    answers = ["n", "", "Sam Sample", *[""] * 8, "", "Shouted.", *[""] * 8]
    names = [",".join(f"Sample {each}" for each in range(30)), f"{kept[0]},  Lee   Sample,"]
    reporter = ["", "Invented Reporter", "575-555-0100", "", "", "", "", ""]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*answers, *names, *reporter, ""])))
    here = Here(ZoneInfo("America/Denver"), datetime(2031, 3, 10, 2, tzinfo=UTC))
    assert list(fill_in(load_pack("wnmu"), here, NoHurry()).endangered_names) == kept


@pytest.mark.clause("W-16")
@pytest.mark.parametrize("answer", ["y", "", "n"])
def test_whether_somebody_else_knows_more_is_asked_and_kept(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """The answer itself, and whom the reporter names; nobody is asked for where they know none."""
    kept = {"y": True, "": None, "n": False}[answer]
    other = ["Alex Fictional", "575-555-0198"] if kept is not False else []
    answers = ["n", "", "Sam Sample", *[""] * 8, "", "Shouted.", *[""] * 8]
    answers += ["", "", "Invented Reporter", "575-555-0100", "", answer, *other, ""]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*answers, ""])))
    here = Here(ZoneInfo("America/Denver"), datetime(2031, 3, 10, 2, tzinfo=UTC))
    report = fill_in(load_pack("wnmu"), here, NoHurry())
    assert report.has_other_contact is kept
    assert [report.other_contact.name, report.other_contact.phone] == (other or ["", ""])
