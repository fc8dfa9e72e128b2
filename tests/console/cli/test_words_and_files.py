"""What people give the command line: files, prompts, names in every script, and what tries to break it."""

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, strategies

from console.cli.members.report.form import BANNER
from console.cli.terminal.rendering import plain
from states.casebook.persons import joining
from states.contents.reports import ReportContent
from tests.cases.walking import Walk
from tests.console.conftest import Tat

File = Callable[[str | bytes], str]

#: answers to the form's questions up to the reporter's name, one a line
ANSWERS = (
    *("n", "silver_city", "Nomen Exemplum", "invented-other", "900000009", "E-9", "sam@people.example"),
    *("575-555-0177", "ABC-123", "student, staff", "education"),
    *("form", "Said invented things.", "2026-01-20", "noon"),
    *("threatening, use of object", "in_person", "", "no", "y", "y", "", "invented-event"),
)

WRONG_FILES: list[tuple[bytes, str]] = [
    (b'{"subject": {,}}', "line 1, column 14"),
    (b'{\n  "subject"\n}', "line 3, column 1"),
    (b"", "line 1, column 1"),
    (b"\xff\xfe", "not UTF-8: byte 1"),
    (b"[" * 200_000, "nested too deep"),
    (b"1" * 5000, "a number is too long"),
    (b" " * 10_000_001, "larger than"),
    (b"[]", "This does not fit"),
    (b'{"invented-secret-key": 1, "behaviour_of_concern": "x"}', "subject is missing"),
]


def report(name: str = "Sam Sample", **given: object) -> str:
    """A report as JSON, about somebody of that name."""
    subject = {"site": "silver_city", "name": name}
    return json.dumps({"behaviour_of_concern": "Said things.", "subject": subject} | given)


@pytest.mark.parametrize(("content", "said"), WRONG_FILES)
def test_a_wrong_file_is_told_by_place(content: bytes, said: str, tat: Tat, file: File) -> None:
    """What cannot be read exits with 2 and says where it is wrong, never what stands there."""
    result = tat("report", file(content), member=None)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Nothing was written" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize("name", ["/nowhere/at-all.json", ".", "nul\0.json"])
def test_a_file_that_is_not_there_is_told(name: str, tat: Tat) -> None:
    """A file that cannot be opened exits with 2."""
    result = tat("report", name, member=None)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("The file cannot be read")


@pytest.mark.clause("W-12")
@pytest.mark.usefixtures("walk")
def test_anybody_reports_on_standard_input(tat: Tat) -> None:
    """A report needs no member, and a dash reads standard input."""
    receipt = tat.json("report", "-", given=report(), member=None)
    (case,) = tat.json("case", "list")
    assert tat.json("case", "show", case["number"])["reports"][0]["id"] == receipt["report_id"]


@pytest.mark.usefixtures("walk")
def test_who_reports_from_outside_learns_of_no_earlier_case(tat: Tat) -> None:
    """Neither a number, nor that the report joined a case, nor whom the team takes the person for."""
    known = {"campus_id": "900000001"}
    given = {"site": "silver_city", "name": "Sam Sample", "identifiers": known}
    receipts = [tat.json("report", "-", given=report(subject=given), member=None) for _ in range(2)]
    named = tat.json("report", "-", given=report(), member=None)
    for receipt in (*receipts, named):
        assert receipt | {"report_id": ""} == {
            "report_id": "",
            "number": None,
            "joined": None,
            "candidates": [],
        }
    assert len(tat.json("case", "list")) == 2
    assert "TAT-" not in tat("report", "-", given=report(), member=None).stdout


@pytest.mark.parametrize(
    "name",
    [
        "Zo\u00eb \U0001f469\u200d\U0001f4bb",
        "\u0633\u0627\u0645 \u202eelpmaS\u202c",
        "[bold red]Sam[/bold red] [/] [link=x]",
        "\u5c71\u7530\u592a\u90ce",
        "Sam \x9b31m\x7f \u2028 Sample",
    ],
)
@pytest.mark.usefixtures("walk")
def test_a_name_is_kept_as_given_and_shown_harmlessly(name: str, tat: Tat) -> None:
    """Names in any script come back as given; what would act on the terminal is spelt out, markup is text."""
    number = tat.json("report", "-", given=report(name))["number"]
    assert tat.json("case", "show", number)["subjects"][0]["content"]["name"] == name
    shown = tat("case", "show", number).stdout
    assert plain(name) in shown
    assert not {"\x1b", "\x9b", "\x7f", "\u202e", "\u2028"} & set(shown)


@pytest.mark.usefixtures("walk")
def test_a_terminal_is_not_driven_by_a_narrative(tat: Tat) -> None:
    """Escape sequences in a text of several lines are spelt out, and its lines stay lines."""
    text = "First line\x1b]0;owned\x07\nsecond line\x1b[2J\r\tend"
    number = tat.json("report", "-", given=report(behaviour_of_concern=text))["number"]
    shown = tat("case", "show", number).stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert r"First line\x1b]0;owned\x07" in shown
    assert "\n                        second line" in shown


def test_a_nul_is_refused(tat: Tat) -> None:
    """A NUL cannot be kept, and is refused with the field's name."""
    result = tat("report", "-", given=report("Sam\0Sample"), member=None)
    assert result.exit_code == 2
    assert "subject.name" in result.stderr


def test_a_name_of_ten_thousand_characters_is_refused(tat: Tat) -> None:
    """A name longer than any name is refused, and is not repeated."""
    result = tat("report", "-", given=report("S" * 10_000), member=None)
    assert result.exit_code == 2
    assert "subject.name" in result.stderr
    assert "SSS" not in result.stderr


@pytest.mark.clause("W-14")
@pytest.mark.clause("W-15")
@pytest.mark.clause("W-16")
def test_the_form_shows_its_emergency_banner_first(tat: Tat, walk: Walk) -> None:
    """Without a file the form's fields are asked one by one, after its banner with every site's police."""
    answers = [*ANSWERS, "invented-reporter", "555-0100", "", "yes", "invented-contact", "555-0101", "y"]
    result = tat("report", "--json", given="\n".join(answers) + "\n", member=None)
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith(BANNER)
    for site in walk.book.pack.sites.values():
        assert site.name in result.stderr
        assert f"not an emergency: {site.police.nonemergency_phones[0]}" in result.stderr
    (case,) = tat.json("case", "list")
    said = tat.json("case", "show", case["number"])["reports"][0]["content"]
    assert said["subject"]["name"] == "Nomen Exemplum"
    known = {"campus_id": "900000009", "employee_id": "E-9", "license_plate": "ABC-123"}
    reached = {"email": "sam@people.example", "phone": "575-555-0177"}
    assert said["subject"]["identifiers"] == known | reached
    unit = tat.json("case", "show", case["number"])["case"]["unit"]
    assert (said["subject"]["unit"], unit) == ("education", "education")
    assert said["ability"] == "no"
    assert said["behaviours"] == ["threatening", "use_of_object"]
    assert said["reporter"]["phone"] == "555-0100"
    assert said["occurred_on"] == "2026-01-20"
    assert said["private"] is True


@pytest.mark.clause("W-54")
@pytest.mark.usefixtures("walk")
def test_of_domestic_violence_the_form_asks_who_took_it_and_who_is_in_danger(tat: Tat) -> None:
    """Nobody else is asked that."""
    answers = [*ANSWERS]
    place = answers.index("threatening, use of object")
    answers[place] = "domestic violence"
    before, after = answers[: place + 6], answers[place + 6 :]
    given = [*before, "student affairs", "student", *after, "Me", "1", "", "", "", "", "n"]
    result = tat("report", "--json", given="\n".join(given) + "\n", member=None)
    assert result.exit_code == 0, result.stderr
    (case,) = tat.json("case", "list")
    said = tat.json("case", "show", case["number"])["reports"][0]["content"]
    assert (said["taken_by"], said["endangered"]) == ("student_affairs", ["student"])


@pytest.mark.usefixtures("walk")
def test_the_form_asks_again_for_what_does_not_fit(tat: Tat) -> None:
    """A wrong answer costs that answer, not the form."""
    answers = ["n", "nowhere", *ANSWERS[1:12], "", *ANSWERS[12:13], "10/11/2025", *ANSWERS[13:]]
    result = tat(
        "report", "--json", given="\n".join([*answers, "Me", "1", "", "", "", "", "n"]) + "\n", member=None
    )
    assert result.exit_code == 0, result.stderr
    for said in ("That is none of: silver_city", "This field is needed.", "Sat 2025-10-11 or Mon 2025-11-10"):
        assert said in result.stderr


@pytest.mark.usefixtures("walk")
def test_a_form_given_up_writes_nothing(tat: Tat) -> None:
    """Whoever ends the input half-way has written nothing."""
    result = tat("report", given="n\nsilver_city\n", member=None)
    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert tat.json("case", "list") == []


def test_the_example_of_a_report_can_be_given(tat: Tat) -> None:
    """What --example prints is taken as it is."""
    content = ReportContent.read(json.loads(tat("report", "--example").stdout))
    assert content.subject.name == "Sam Sample"


@pytest.mark.parametrize("time", ["yesterday", "10/11/2025 10:00", "2999-01-01T00:00Z"])
def test_a_report_is_not_received_at_any_time(time: str, tat: Tat) -> None:
    """A day without its hour, a time that could mean two, or one in the future, is refused."""
    result = tat("report", "-", "--received-at", time, given=report(), member=None)
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.clause("W-47")
@pytest.mark.usefixtures("walk")
@pytest.mark.parametrize(("said", "status"), [("y", None), ("n", "rejected"), ("", "candidate")])
def test_the_form_asks_a_member_whether_it_is_somebody_known(said: str, status: str | None, tat: Tat) -> None:
    """Yes puts the report into that case; no tells them apart; nothing leaves it to the team."""
    first = tat.json("report", "-", given=report("Namen, Invented"))["number"]
    answers = [*ANSWERS]
    answers[answers.index("Nomen Exemplum")] = "Invented Namen"
    answers[answers.index("900000009")] = ""
    lines = [*answers, "invented-reporter", "555-0100", "", "yes", "invented-contact", "555-0101", "n", said]
    result = tat("report", "--json", given="\n".join(lines) + "\n")
    assert result.exit_code == 0, result.stderr
    assert f"Is it the person of {first}?" in result.stderr
    # In a column of a table, so its words stand apart.
    assert set(result.stderr.split()).issuperset({"same", "name", "another", "order"})
    receipt = json.loads(result.stdout)
    assert (receipt["number"] == first) is (said == "y")
    links = tat.json("case", "show", receipt["number"])["case_links"]
    assert [link["status"] for link in links] == ([status] if status else [])


@pytest.mark.clause("W-47")
@pytest.mark.usefixtures("walk")
def test_a_case_shows_what_was_reported_beside_what_was_decided(tat: Tat, file: File) -> None:
    """With who decided, why, and what holds no more."""
    number = tat.json("report", "-", given=report("Sam Sample"))["number"]
    assert "nobody has decided yet" in tat("case", "show", number).stdout
    known = {"name": "Rita Rogue", "site": "silver_city", "affiliations": ["contract_employee"]}
    decision = file(json.dumps(known))
    assert "give the reason" in tat("case", "subject", number, decision).stderr
    decided = tat.json("case", "subject", number, decision, "--reason", "The camera shows her.")
    assert decided["left_out"] == ["name Sam Sample"]
    shown = " ".join(tat("case", "show", number).stdout.split())
    for told in ("Name Rita Rogue", "Contract employee", "Because The camera shows her.", "Decided before"):
        assert told in shown
    assert "About, as reported Sam Sample" in shown
    assert "NAMES SOMEBODY ELSE" in shown


@pytest.mark.clause("W-47")
def test_a_namesake_is_suggested_by_number(tat: Tat, walk: Walk) -> None:
    """A report about somebody of the same name and site suggests the other case, by its number."""
    first = tat.json("report", "-", given=report())["number"]
    result = tat("report", "-", given=report())
    assert f"May be the same person  {first}" in result.stdout
    second = tat.json("case", "list")[0]["number"]
    assert "may be the same person" in tat("case", "show", second).stdout
    joining.confirm_link(walk.book, second, first, by=walk.chair, same_person=True)
    shown = " ".join(tat("case", "show", second).stdout.split())
    assert f"Case {first} Is the same person" in shown


@given(strategies.text(alphabet=strategies.characters()))
def test_nothing_shown_acts_on_the_terminal(text: str) -> None:
    """What is shown holds no control character but line ends, and nothing that turns text."""
    shown = plain(text)
    assert {unicodedata.category(character) for character in shown.replace("\n", "")}.isdisjoint(
        {"Cc", "Cs", "Zl", "Zp"}
    )
    assert {unicodedata.bidirectional(character) for character in shown}.isdisjoint(
        {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )
