"""Every command of `tat`: what holds for all of them."""

import inspect
import json
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import pytest
import typer.main
from pydantic import BaseModel

from console.cli import app
from console.invented import examples
from states.casebook.triggers import acting
from states.vocabulary.cases import Level
from tests.cases.walking import Walk
from tests.console.cli.calls import cases, machinery, work
from tests.console.cli.calls.machinery import NOTES
from tests.console.conftest import KEEPER, Tat

#: how each command is called
CALLS = {**cases.CALLS, **work.CALLS, **machinery.CALLS}


#: a number under which there is never a case
NOBODY = "TAT-1999-0001"

#: commands of which the examples raise an alarm, which nothing keeps waiting (W-13)
ALARMING = ("case act", "alarm raise")


@pytest.fixture(autouse=True)
def _let_go_of_notes() -> Iterator[None]:
    yield
    NOTES.close()


#: commands that go on until they are stopped; their own tests start what they start
LASTING = {"up", "demo", "partner-stub"}


#: commands that need no casebook
WITHOUT_CASEBOOK = {
    *(
        "init",
        "health",
        "restore",
        "sources list",
        "sources check",
        "offices new",
        "sources new",
        "offices list",
        "offices check",
        "process show",
        "policy check",
        "policy download",
        "policy show",
        "intake formats",
    ),
    *("notices list", "notices preview"),
}


def leaves() -> Iterator[tuple[str, Any]]:
    """Every command, with its words."""

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        if not hasattr(command, "commands"):
            yield " ".join(words), command
            return
        for name, each in command.commands.items():
            yield from below(each, (*words, name))

    yield from below(typer.main.get_command(app), ())


COMMANDS = dict(leaves())


def options(name: str) -> list[str]:
    """The options of a command."""
    return [option for parameter in COMMANDS[name].params for option in parameter.opts]


def about_a_case(name: str) -> bool:
    """Whether a command's first argument is a case's number."""
    return any(parameter.name == "number" for parameter in COMMANDS[name].params)


def test_every_command_is_called_here() -> None:
    """A new command has to say here how it is called."""
    assert set(COMMANDS) == set(CALLS) | LASTING


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json(name: str) -> None:
    """No command leaves programs without a document to read."""
    assert "--json" in options(name)


@pytest.mark.parametrize("name", CALLS)
def test_done_is_0_and_json_is_one_document(name: str, tat: Tat, walk: Walk) -> None:
    """Done exits with 0, and --json prints one document on standard output and nothing anywhere else."""
    result = tat(*CALLS[name](tat, walk), "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    json.loads(result.stdout)
    assert result.stdout.isascii()


@pytest.mark.parametrize("name", CALLS)
def test_people_are_told_something_and_why_they_are_refused(name: str, tat: Tat, walk: Walk) -> None:
    """Without --json, people read text; what is refused first stands in the way of nothing."""
    words = CALLS[name](tat, walk)
    if name not in WITHOUT_CASEBOOK:
        _refused_where_something_lacks(name, tat, words)
    result = tat(*words)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip()
    assert "object at 0x" not in result.stdout


def _refused_where_something_lacks(name: str, tat: Tat, words: Sequence[str]) -> None:
    """Without a casebook, a case or a person who acts, each command says so and writes nothing."""
    elsewhere = tat.home.parent / "elsewhere"
    elsewhere.mkdir()
    bare = Tat(elsewhere, tat.environment | {"TAT_HOME": str(elsewhere)})(*words)
    assert (bare.exit_code, bare.stdout) == (1, "")
    assert "`tat init` makes one" in bare.stderr
    assert list(elsewhere.iterdir()) == []
    if not about_a_case(name):
        return
    number = next(word for word in words if word.startswith("TAT-"))
    unknown = tat(*(NOBODY if word == number else word for word in words))
    if name in ALARMING:
        assert unknown.exit_code == 0, "an alarm goes out, whatever number was typed"
    else:
        assert (unknown.exit_code, unknown.stdout) == (1, "")
        assert unknown.stderr.startswith("There is no case under that number")
    acting = words.index("--as") if "--as" in words else len(words)
    anonymous = tat(*words[:acting], *words[acting + 2 :], member=None)
    assert (anonymous.exit_code, anonymous.stdout) == (2, "")
    assert anonymous.stderr.startswith("Say who acts")


@pytest.mark.parametrize("name", COMMANDS)
def test_usage_is_2_for_an_option_that_is_not_there(name: str, empty: Tat) -> None:
    """A wrong option is told in one sentence, as JSON when JSON was asked for."""
    result = empty(*name.split(), "--nonsense", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    said = json.loads(result.stderr)
    assert said["error"] == "NoSuchOption"
    assert "--nonsense" in said["message"]


def _shows_every_field(model: type[BaseModel], shown: Any, place: str) -> Iterator[str]:
    """The fields that an example leaves out, in it and in what it holds."""
    for name, field in model.model_fields.items():
        if name not in shown:
            yield f"{place}.{name}"
            continue
        parts = shown[name] if isinstance(shown[name], list) else [shown[name]]
        inner = [each for each in (field.annotation, *get_args(field.annotation)) if _is_model(each)]
        for part in parts:
            for each in inner:
                yield from _shows_every_field(each, part, f"{place}.{name}")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def test_an_example_shows_every_field_that_its_file_may_have() -> None:
    """Nobody has to guess the name of an optional field; that each is accepted, the calls above show."""
    made = {
        name: make for name, make in vars(examples).items() if inspect.isfunction(make) and name[0] != "_"
    }
    assert made
    for name, make in made.items():
        if make.__module__ == examples.__name__:
            example = make()
            shown = example.model_dump(mode="json")
            assert list(_shows_every_field(type(example), shown, name)) == []


def test_criteria_are_listed_with_their_ids_where_they_are_asked_for(tat: Tat, walk: Walk) -> None:
    """In the help, beside the example, and in the refusal."""
    known = {each.id: each.text for level in walk.book.pack.levels.values() for each in level.criteria}
    beside = tat("assess", "--example")
    folded = " ".join(tat("assess", "--help").stdout.split())
    for id_, text in known.items():
        assert f"{id_}: {text}\n" in beside.stderr
        assert f"{id_} {text}" in folded
    number = walk.in_inquiry()
    given = json.loads(tat.example("assess")) | {"level": "mild", "criteria": []}
    refused = tat("assess", number, "-", given=json.dumps(given))
    assert (refused.exit_code, refused.stdout) == (2, "")
    for criterion in walk.book.pack.levels[Level.MILD].criteria:
        assert f"{criterion.id}: {criterion.text}" in refused.stderr


@pytest.mark.parametrize("name", [name for name in CALLS if "--example" in options(name)])
def test_examples_are_json(name: str, empty: Tat) -> None:
    """A command that takes a file shows what is in one."""
    json.loads(empty(*name.split(), "--example").stdout)


def test_somebody_not_on_the_case_is_shown_nothing(tat: Tat, walk: Walk) -> None:
    """A member who is not on a case neither sees nor lists it (W-39)."""
    number = walk.reported()
    tat.json("case", "assign", number, "--lead", "chair", "--office", "student_affairs")
    for command in ("show", "can", "timeline"):
        result, none = (tat("case", command, each, member="nurse") for each in (number, "TAT-1999-0001"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == none.stderr
    assert tat.json("case", "list", member="nurse") == []


def test_an_erased_case_is_refused(tat: Tat, walk: Walk) -> None:
    """After its erasure a case shows that it was, and nothing else."""
    number = walk.closed()
    early = tat("case", "erase", number, "--yes", "--as", KEEPER)
    assert early.exit_code == 1
    assert f"tat case allow-erasure {number}" in early.stderr
    tat.json("case", "allow-erasure", number, "--reason", "A court said so.")
    tat.json("case", "erase", number, "--yes", "--as", KEEPER)
    (kept,) = tat.json("case", "early-erasures", number)
    assert kept["reason"] == "A court said so."
    result = tat("case", "show", number)
    assert result.exit_code == 1
    assert "was erased" in result.stderr


def test_a_bug_tells_a_place_and_nobodys_words(tat: Tat, walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong inside is told by its kind and lines of our own: its text could name somebody."""

    def fail(*_args: object, **_more: object) -> None:
        raise KeyError("Invented Secret")

    monkeypatch.setattr(acting, "can", fail)
    result = tat("case", "can", walk.reported())
    assert result.exit_code == 70
    assert "KeyError" in result.stderr
    assert "cases.py, line" in result.stderr
    assert "Secret" not in result.stderr + result.stdout


def test_levels_are_taken_in_any_case(tat: Tat, walk: Walk) -> None:
    """Nobody has to remember that levels begin with a capital letter."""
    number = walk.reported()
    done = tat.json("case", "screen", number, "--level", "SEVERE", "--reason", "A direct threat.")
    assert done["level"] == Level.SEVERE


#: commands whose answer is a list, by their last word
LISTING = {
    "list",
    "show",
    "can",
    "timeline",
    "queries",
    "circuits",
    "deadlines",
    "team",
    "my-actions",
    "check",
}


@pytest.mark.parametrize("name", [name for name in CALLS if name.split()[-1] in LISTING])
def test_a_list_breaks_no_word_on_a_narrow_terminal(name: str, tat: Tat, walk: Walk) -> None:
    """Every word that a line has room for stands in one piece, and no line is longer than the terminal."""
    words = CALLS[name](tat, walk)
    wide, *narrow = (
        Tat(tat.home, tat.environment | {"COLUMNS": str(width)})(*words) for width in (1000, 80, 60)
    )
    for columns, shown in zip((80, 60), narrow, strict=True):
        assert wide.exit_code == shown.exit_code
        room = columns - 4
        whole = [word for word in wide.stdout.split() if len(word) <= room and not set(word) <= {"─"}]
        pieces = {word.removesuffix(":") for word in shown.stdout.split()}
        assert [word for word in whole if word.removesuffix(":") not in pieces] == []
        assert [line for line in shown.stdout.splitlines() if len(line.rstrip()) > columns] == []
