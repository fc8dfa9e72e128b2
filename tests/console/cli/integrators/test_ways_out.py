"""`tat sources check` and `tat offices check` name what stands in the way to a far side, and what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.far.codes import ADVICE
from tests.console.conftest import Tat
from tests.servers.encrypted import Campus, https
from tests.servers.forwarding_proxy import forwarding
from tests.tasks.sources.faults import hurry, nobody

SOURCE = """
[people]
use = "scim"
kinds = ["directory"]
url = "{url}"
token = {{ env = "TEST_FAR_TOKEN" }}
{way}
"""

OFFICE = """
[counselling]
use = "fhir"
url = "{url}"
{way}
[counselling.identifiers]
campus_id = "urn:example:campus"
"""

TRY = ("people", "--subject", "email=sam.sample@wnmu.example", "--basis", "employment_need_to_know", "--yes")


@pytest.fixture
def campus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campus:
    """An authority that this machine is not told of."""
    monkeypatch.setenv("TEST_FAR_TOKEN", "invented")
    hurry(monkeypatch)
    folder = tmp_path / "campus"
    folder.mkdir()
    return Campus(folder)


@pytest.fixture(
    params=[
        "certificate_unknown",
        "certificate_mismatch",
        "certificate_expired",
        "client_certificate_missing",
        "client_certificate_refused",
        "proxy_refused",
        "proxy_unreachable",
    ]
)
def trouble(request: pytest.FixtureRequest, campus: Campus) -> Iterator[tuple[str, str, str]]:
    """What stands in the way: its code, the far side's address, and what its table says of the way."""
    name = "elsewhere.example.edu" if request.param == "certificate_mismatch" else "127.0.0.1"
    made = campus.server(
        name,
        expired=request.param == "certificate_expired",
        wants_ours=request.param.startswith("client_certificate"),
    )
    ca = f'ca = "{campus.ca}"\n'
    with https(made) as server, forwarding(campus.folder, {}) as proxy, nobody() as gone:
        here, away = f"https://127.0.0.1:{server.port}", "https://records.example.edu"
        (campus.folder / "other").mkdir()
        stranger = Campus(campus.folder / "other").ours()
        url, way = {
            "certificate_unknown": (here, ""),
            "client_certificate_refused": (here, f'{ca}client_certificate = "{stranger}"\n'),
            "proxy_refused": (away, f'proxy = "{proxy.url}"\n'),
            "proxy_unreachable": (away, f'proxy = "{gone}"\n'),
        }.get(request.param, (here, ca))
        yield request.param, url, way


def test_a_source_s_way_is_named_with_what_to_do(tat: Tat, trouble: tuple[str, str, str]) -> None:
    """Each failure is its own: nobody looks for a network that is in order."""
    code, url, way = trouble
    (tat.home / "sources.toml").write_text(SOURCE.format(url=url, way=way))
    said = tat("sources", "check", *TRY)
    assert said.exit_code == 1
    words = " ".join(said.stdout.split())
    assert f"({code.replace('_', ' ')})" in words
    assert ADVICE[code] in words


def test_an_office_s_way_is_named_with_what_to_do(tat: Tat, trouble: tuple[str, str, str]) -> None:
    """As above."""
    code, url, way = trouble
    (tat.home / "offices.toml").write_text(OFFICE.format(url=url, way=way))
    said = tat("offices", "check")
    assert said.exit_code == 1
    assert ADVICE[code] in " ".join(said.stdout.split())


def test_a_file_that_cannot_be_used_is_said_before_anybody_is_asked(tat: Tat, campus: Campus) -> None:
    """By its key in the table."""
    way = f'ca = "{campus.folder}/gone.pem"'
    (tat.home / "sources.toml").write_text(SOURCE.format(url="https://people.example.edu", way=way))
    said = tat("sources", "check", "people")
    assert said.exit_code == 1
    assert "ca (certificate unreadable)" in " ".join(said.stdout.split())
