"""The sources file is read as a whole, and whatever is wrong with it is named by file and key."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from states.correspondence.question import Question
from states.errors import BadInput
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Needs, NotFound, Provenance
from tasks.sources.csv.source import CsvSource
from tasks.sources.registry import GROUP, Sources, load_sources
from tasks.sources.scripted import ScriptedSource
from tests.waiting import PATIENCE

CSV = """\
[registrar]
use = "csv"
kind = "registrar"
folder = "/nowhere"
[registrar.identifiers]
campus_id = "ID"
"""

SCRIPT = """\
[police]
use = "scripted"
[police.answers.past_contacts]
answer = "refused"
[police.answers.weapons_registration]
answer = "pending"
"""

#: what is said of a source that nobody brings
UNKNOWN = (
    "no such kind of source is installed. Use one of these, or install it: "
    f"{', '.join(sorted(entry.name for entry in entry_points(group=GROUP)))}."
)

#: a value that no message may repeat
SECRET = "opensesame"  # noqa: S105 - the password of nothing

STRANGER = """\
from tasks.sources.scripted import ScriptedSource

class Kind(ScriptedSource):
    pass

class Unruly:
    @classmethod
    def from_config(cls, name, table):
        raise KeyError(table["password"])

class Other:
    @classmethod
    def from_config(cls, name, table):
        return cls()
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Sources]:
    """Loads a sources file with the given text."""

    def from_text(text: str) -> Sources:
        config = tmp_path / "sources.toml"
        config.write_text(text, encoding="utf-8")
        return load_sources(config)

    return from_text


@pytest.fixture
def strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package from elsewhere, installed, with sources of its own."""
    info = tmp_path / "site" / "stranger_sources-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger-sources\nVersion: 1\n")
    lines = [f"{name.lower()} = stranger_sources:{name}" for name in ("Kind", "Unruly", "Other", "Absent")]
    (info / "entry_points.txt").write_text("\n".join(["[tatflow.sources]", *lines]))
    (tmp_path / "site" / "stranger_sources.py").write_text(STRANGER)
    monkeypatch.syspath_prepend(tmp_path / "site")
    yield
    sys.modules.pop("stranger_sources", None)


def test_without_the_file_there_are_no_sources(tmp_path: Path) -> None:
    """An installation that has none asks nobody."""
    sources = load_sources(tmp_path / "sources.toml")
    assert sources.all() == ()
    assert [sources.for_kind(kind) for kind in SourceKind] == [None] * len(SourceKind)


def test_each_kind_has_the_source_that_answers_about_it(load: Callable[[str], Sources]) -> None:
    """Sources are found by kind, and listed in the order of the file."""
    sources = load(CSV + SCRIPT)
    registrar, police = sources.all()
    assert (type(registrar), type(police)) == (CsvSource, ScriptedSource)
    assert (registrar.name, police.name) == ("registrar", "police")
    assert registrar.needs == {SourceKind.REGISTRAR: Needs(any_of=frozenset({IdentifierKind.CAMPUS_ID}))}
    answering = {kind: source.name for kind in SourceKind if (source := sources.for_kind(kind)) is not None}
    assert answering == {
        SourceKind.REGISTRAR: "registrar",
        SourceKind.PAST_CONTACTS: "police",
        SourceKind.WEAPONS_REGISTRATION: "police",
    }


@pytest.mark.usefixtures("strangers")
async def test_a_stranger_plugs_in_with_an_entry_point(
    load: Callable[[str], Sources], question: Callable[..., Question]
) -> None:
    """One package brings a source, one line of the file uses it, and nothing here changes."""
    sources = load('[sis]\nuse = "kind"\n[sis.answers.registrar]\nanswer = "not_found"\n')
    source = sources.for_kind(SourceKind.REGISTRAR)
    assert source is not None
    assert type(source).__module__ == "stranger_sources"
    assert await ask(source, question(), timeout=PATIENCE) == NotFound(Provenance("sis"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[registrar", "sources.toml: it is not TOML in UTF-8. No source was asked: correct it."),
        (
            'password = "opensesame"',
            "sources.toml: password: every entry is a table, one for each source. Write [password] and",
        ),
        (
            CSV.replace('"csv"', '"cvs"'),
            f"sources.toml: registrar.use: {UNKNOWN}",
        ),
        (
            CSV.replace('use = "csv"\n', ""),
            f"sources.toml: registrar.use: {UNKNOWN}",
        ),
        (
            CSV.replace('kind = "', 'kindd = "'),
            "sources.toml: registrar.kindd: there is no such key. Correct or remove it.",
        ),
        (CSV.replace('kind = "registrar"\n', ""), "sources.toml: registrar.kind: it is missing. Add it."),
        (
            CSV.replace('kind = "registrar"', 'kind = "astrology"'),
            "sources.toml: registrar: it answers about astrology, which is neither built in nor declared by ",
        ),
        (
            CSV.replace('kind = "registrar"', 'kind = "The Stars"'),
            "sources.toml: registrar.kind: Input should be ",
        ),
        (
            CSV.replace("campus_id", "shoe_size"),
            "sources.toml: registrar.identifiers.shoe_size: Input should be 'campus_id', ",
        ),
        (
            CSV.replace("/nowhere", "nowhere"),
            "sources.toml: registrar.folder: the path must be absolute, from / on. Correct it.",
        ),
        (
            CSV.replace("folder", "file = '/nowhere.csv'\nfolder"),
            "sources.toml: registrar: it must have either a file or a folder. Correct it.",
        ),
        (
            CSV.replace('folder = "/nowhere"\n', ""),
            "sources.toml: registrar: it must have either a file or a folder. Correct it.",
        ),
        (
            CSV.replace('campus_id = "ID"\n', ""),
            "sources.toml: registrar.identifiers: Dictionary should have at least 1 item",
        ),
        (
            SCRIPT.replace('"refused"', '"opensesame"'),
            "sources.toml: police.answers.past_contacts.answer: Input should be 'found', ",
        ),
        (
            CSV + CSV.replace("[registrar", "[records"),
            "sources.toml: records: registrar answers about registrar already. Let one of the two do it.",
        ),
    ],
)
def test_whatever_is_wrong_is_named_by_file_and_key(
    load: Callable[[str], Sources], text: str, says: str
) -> None:
    """The message says what to correct and repeats no value, which may be a password."""
    with pytest.raises(BadInput) as refused:
        load(text)
    assert str(refused.value).startswith(says)
    assert SECRET not in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    config = tmp_path / "sources.toml"
    config.write_bytes(CSV.replace("ID", "N\u00b0").encode("latin-1"))
    with pytest.raises(BadInput, match=r"^sources\.toml: it is not TOML in UTF-8\."):
        load_sources(config)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    """A folder in the file's place is no reason to go on without sources."""
    with pytest.raises(BadInput, match=r": it cannot be read \(Is a directory\)\."):
        load_sources(tmp_path)


@pytest.mark.usefixtures("strangers")
@pytest.mark.parametrize(
    ("use", "says"),
    [
        ("unruly", r"^sources\.toml: sis: its table was not accepted \(KeyError\)\."),
        ("other", r"^sources\.toml: sis\.use: what it names is not a data source\."),
        ("absent", r"^sources\.toml: sis\.use: the package .* cannot be loaded \(AttributeError\)\."),
    ],
)
def test_a_stranger_that_misbehaves_is_named_without_its_words(
    load: Callable[[str], Sources], use: str, says: str
) -> None:
    """An exception of foreign code may quote a password; no trace of it is chained."""
    with pytest.raises(BadInput, match=says) as refused:
        load(f'[sis]\nuse = "{use}"\npassword = "{SECRET}"\n')
    error: BaseException | None = refused.value
    while error is not None:
        assert SECRET not in str(error)
        error = error.__context__
