"""The registrar's OneRoster service is asked for the least, understood in both versions, and may fail."""

import asyncio
import gc
import logging
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote_plus, unquote, urlsplit

import psutil
import pytest
from pydantic import ValidationError

from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, NotFound, Provenance, Reply, Unavailable
from tests.tasks.sources.faults import FAULTS, WORDING, FarSide, hurry
from tests.tasks.sources.oneroster.conftest import Asking, Making, by
from tests.tasks.sources.oneroster.filters import Dialect
from tests.tasks.sources.oneroster.people import enrollment, meets, person
from tests.tasks.sources.oneroster.server import BASES, CLIENT_SECRET, SCOPE, Roster
from tests.tasks.sources.oneroster.told import DAY, SAM
from tests.waiting import PATIENCE, eventually


def _unpaged(target: str, *names: str) -> str:
    for name in names:
        target = re.sub(rf"{name}=[0-9]+", "", target)
    return target


def queries(far: FarSide, path: str) -> list[dict[str, str]]:
    """The queries of every call whose path ends so."""
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(call.target).query).items()}
        for call in far.calls
        if call.path.endswith(path)
    ]


@pytest.mark.clause("W-17")
@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_what_a_student_is_enrolled_in_and_where_it_meets(
    far: FarSide, made: Making, question: Asking, version: str
) -> None:
    """Both versions tell the same; what is over is only counted, what is to be deleted is not told."""
    reply = await ask(made(version=version), question(), timeout=PATIENCE)
    assert reply == Found(tuple(SAM), Provenance("registrar"))
    assert {call.path.startswith(BASES[version]) for call in far.calls if call.path != "/token"} == {True}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_only_what_is_told_is_asked_for(
    far: FarSide, roster: Roster, made: Making, question: Asking, version: str
) -> None:
    """Neither names nor guardians nor demographics travel, nor classes that are over, nor a wider scope."""
    await ask(made(version=version), question(), timeout=PATIENCE)
    (users,) = queries(far, "/users")
    role = ["role", "orgs"] if version == "1.1" else ["roles"]
    kept = ["sourcedId", "status", "dateLastModified", *role, "grades", "identifier"]
    assert users == {
        "filter": "identifier='900000001'",
        "fields": ",".join(kept),
        "limit": "5",
        "offset": "0",
    }
    assert all(
        "fields" in parse_qs(urlsplit(call.target).query) for call in far.calls if call.method == "GET"
    )
    asked = {call.path.rpartition("/")[2] for call in far.calls}
    assert asked.isdisjoint({"user-pat", "user-ada", "class-past", "user-sam"})
    assert roster.scopes == [f"{SCOPE[version]}roster-core.readonly"]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_guardians_and_demographics_are_told_when_the_table_asks(
    far: FarSide, roster: Roster, made: Making, question: Asking, version: str
) -> None:
    """An agent who is no guardian is not told of; of demographics two entries are asked for."""
    reply = await ask(made(version=version, guardians=True, demographics=True), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert list(reply.facts[len(SAM) :]) == [
        Fact("Guardian", "Pat Sample (guardian), pat@home.example", FactorKind.STATIC, DAY),
        Fact("Date of birth", "2005-06-07", FactorKind.STATIC, DAY),
        Fact("Sex", "female", FactorKind.STATIC, DAY),
    ]
    (demographics,) = queries(far, "/demographics/user-sam")
    assert demographics == {"fields": "sourcedId,status,dateLastModified,birthDate,sex"}
    assert roster.scopes[0].split() == [
        f"{SCOPE[version]}roster-core.readonly",
        f"{SCOPE[version]}roster-demographics.readonly",
    ]


@pytest.mark.parametrize(
    ("identifiers", "value", "kind"),
    [
        ({"email": "email"}, "Sam.Sample@wnmu.example", IdentifierKind.EMAIL),
        ({"campus_id": "userMasterIdentifier"}, "master-1", IdentifierKind.CAMPUS_ID),
        ({"campus_id": "sourcedId"}, "user-sam", IdentifierKind.CAMPUS_ID),
        ({"email": "username"}, "user-sam", IdentifierKind.EMAIL),
    ],
)
async def test_the_table_says_which_field_an_identifier_is_in(
    made: Making, question: Asking, identifiers: dict[str, str], value: str, kind: IdentifierKind
) -> None:
    """Case does not count, as with every other source."""
    reply = await ask(made(identifiers=identifiers), question(**by(kind, value)), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.facts == tuple(SAM)


async def test_the_campus_id_goes_before_the_address_and_alone(
    far: FarSide, made: Making, question: Asking
) -> None:
    """Of two identifiers the second stays here."""
    both = {IdentifierKind.EMAIL: "sam.sample@wnmu.example", IdentifierKind.CAMPUS_ID: "900000001"}
    assert isinstance(await ask(made(), question(identifiers=both), timeout=PATIENCE), Found)
    assert [call.target for call in far.calls if "sam.sample" in unquote(call.target)] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("900000009", NotFound(Provenance("registrar"))),
        ("900000004", NotFound(Provenance("registrar"))),
        ("900000003", Unavailable("several_records", permanent=True)),
        ("x' OR role='student", Unavailable("identifier_unusable", permanent=True)),
        ("x'\u2003OR\u2003role='student", Unavailable("identifier_unusable", permanent=True)),
        ("x'\tOR\trole='student", Unavailable("identifier_unusable", permanent=True)),
        ("x'", NotFound(Provenance("registrar"))),
        ("'", NotFound(Provenance("registrar"))),
        ("x'OR'x'='x", NotFound(Provenance("registrar"))),
        ("900000001&limit=9#", NotFound(Provenance("registrar"))),
    ],
)
async def test_nobody_several_and_nonsense_are_told_apart(
    made: Making, question: Asking, value: str, expected: Reply
) -> None:
    """Who is to be deleted is not there; of two neither is told; no filter is broken into."""
    reply = await ask(made(), question(**by(IdentifierKind.CAMPUS_ID, value)), timeout=PATIENCE)
    assert reply == expected


async def test_an_address_is_asked_for_in_every_way_that_services_read(
    far: FarSide, made: Making, question: Asking
) -> None:
    """As it is and with its quote doubled, then in small letters; at last by a piece without a quote."""
    address = "O'Nobody@wnmu.example"
    reply = await ask(made(), question(**by(IdentifierKind.EMAIL, address)), timeout=PATIENCE)
    assert isinstance(reply, NotFound)
    assert list(dict.fromkeys(query["filter"] for query in queries(far, "/users"))) == [
        "email='O'Nobody@wnmu.example'",
        "email='O''Nobody@wnmu.example'",
        "email='o'nobody@wnmu.example'",
        "email='o''nobody@wnmu.example'",
        "email~'Nobody@wnmu.example'",
    ]


async def test_of_those_who_only_look_alike_nothing_but_the_address_travels(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """An address kept in capitals is found where case counts; whoever has it inside of theirs is not."""
    roster.dialect = Dialect(exact=True)
    roster.collections["users"].append(person("user-other", email="not.SAM@wnmu.example"))
    roster.collections["users"].append(person("user-caps", email="SAM@wnmu.example"))
    reply = await ask(made(), question(**by(IdentifierKind.EMAIL, "sam@wnmu.example")), timeout=PATIENCE)
    assert isinstance(reply, Found)
    similar = [query for query in queries(far, "/users") if "~" in query["filter"]]
    assert [query["fields"] for query in similar] == ["sourcedId,status,dateLastModified,email"]
    assert queries(far, "/users/user-other") == []


async def test_a_service_that_knows_no_filters_tells_nothing_of_others(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """The first of everybody is not taken for the one asked about; and five records travel, not all."""
    roster.filters = False
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert reply == Unavailable("filter_ignored", permanent=True)
    assert [call.path.rpartition("/")[2] for call in far.calls] == ["token", "users"]


@pytest.mark.parametrize(
    "paging",
    [
        (("X-Total-Count", "Link"), 100, 3),
        (("X-Total-Count",), 100, 3),
        (("Link",), 40, 7),
        ((), 100, 4),
        ((), 40, 8),
    ],
)
async def test_many_enrollments_come_in_pages(
    far: FarSide, roster: Roster, made: Making, question: Asking, paging: tuple[tuple[str, ...], int, int]
) -> None:
    """All 250 arrive, whatever the service says about further pages and however few it sends at once."""
    roster.headers, roster.page_size, requests = paging
    past = [enrollment(f"e-{n}", "class-past", endDate="2020-01-01") for n in range(249)]
    others = [enrollment(f"o-{n}", "class-bio", user="user-oneil") for n in range(50)]
    roster.collections["enrollments"] = [*others, *past, enrollment("e-now", "class-bio")]
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert [fact.value for fact in reply.facts if fact.name == "Earlier enrollments"] == ["249"]
    assert [fact.name for fact in reply.facts if fact.name == "Class meets"] == ["Class meets"]
    pages = queries(far, "/enrollments")
    assert len(pages) == requests
    assert {page["filter"] for page in pages} == {"user.sourcedId='user-sam'"}


async def test_a_part_is_not_taken_for_the_whole(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """A service that sends its first page again and again, or has pages without end, is not believed."""
    roster.collections["enrollments"] = [enrollment(f"e-{n}", "class-past") for n in range(150)]
    honest = far.honest
    far.honest = lambda call: honest(replace(call, target=call.target.replace("offset=100", "offset=0")))
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert "some_enrollments" in reply.missing
    far.honest = honest
    roster.page_size = 5
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert "some_enrollments" in reply.missing


async def test_without_totals_a_page_that_comes_again_is_all_only_where_nothing_is_paged(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """A service that knows no pages sends all at once; one that only takes no offset may have more."""
    roster.headers = ()
    honest = far.honest
    far.honest = lambda call: honest(replace(call, target=_unpaged(call.target, "offset", "limit")))
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert reply == Found(tuple(SAM), Provenance("registrar"))
    far.honest = lambda call: honest(replace(call, target=_unpaged(call.target, "offset")))
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.missing == ("some_enrollments",)


async def test_thirty_classes_are_asked_for_a_few_at_a_time(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """Each class is fetched once, and what they share is, too."""
    roster.collections["classes"] = [
        meets(f"class-{n}", f"BIO-{n}", ["1"], "Room 1", "term-spring") for n in range(30)
    ]
    roster.collections["enrollments"] = [enrollment(f"e-{n}", f"class-{n}") for n in range(30)]
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert sum(fact.name == "Class meets" for fact in reply.facts) == 30
    paths = [call.path for call in far.calls]
    assert len(paths) == len(set(paths)) == 30 + 6


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"client_id": "somebody"}, "unauthorized"),
        ({"scope": "everything"}, "unauthorized"),
        ({"client_secret": {"env": "NOT_SET_ANYWHERE"}}, "secret_missing"),
        ({"url": "{far}/wrong"}, "rejected"),
        ({"scope": f"{SCOPE['1.2']}roster-demographics.readonly"}, "forbidden"),
    ],
)
async def test_a_wrong_table_is_said_to_be_for_good(
    far: FarSide, made: Making, question: Asking, changes: dict[str, Any], reason: str
) -> None:
    """Who we are, what we may and where it is are not tried again: a wrong address is not *not found*."""
    placed = {name: value.format(far=far.url) if name == "url" else value for name, value in changes.items()}
    assert await ask(made(**placed), question(), timeout=PATIENCE) == Unavailable(reason, permanent=True)


@pytest.mark.parametrize(
    "failing", [(fault, path) for fault in FAULTS for path in ("/token", "/users", "/class-bio")]
)
async def test_each_fault_is_an_answer_and_is_healed(
    far: FarSide,
    made: Making,
    question: Asking,
    caplog: pytest.LogCaptureFixture,
    failing: tuple[str, str],
) -> None:
    """The case hears *unavailable* and why, or without what; no log hears a word more; later all is well."""
    fault, path = failing
    caplog.set_level(logging.DEBUG)
    source = made()
    far.fail(fault, path=path)
    with pytest.MonkeyPatch.context() as impatience:
        hurry(impatience, fault)
        reply = await ask(source, question(), timeout=PATIENCE)
    codes = {("bad_request", "/token"): "unauthorized", ("forbidden", "/users"): "forbidden"}
    if path == "/class-bio" and FAULTS[fault].permanent:
        assert isinstance(reply, Found)
        assert reply.missing == ("classes",)
    else:
        expected = codes.get(failing, FAULTS[fault].code)
        assert reply == Unavailable(expected, permanent=FAULTS[fault].permanent)
    assert [call for call in far.calls if call.path == "/elsewhere"] == []
    far.heal()
    assert isinstance(await ask(source, question(), timeout=PATIENCE), Found)
    shown = repr(reply) + repr(source) + "".join(repr(record.__dict__) for record in caplog.records)
    private = (WORDING, "900000001", "user-sam", "token-1", CLIENT_SECRET, quote_plus(CLIENT_SECRET))
    assert [value for value in private if value in shown] == []


@pytest.mark.parametrize(
    "odd",
    [
        ("classes", "title", ["x"], "classes"),
        ("classes", "terms", [{"type": "term"}], "classes"),
        ("enrollments", "class", {"sourcedId": ".."}, "some_enrollments"),
        ("enrollments", "endDate", "in spring", "some_enrollments"),
        ("users", "grades", {"from": 9}, "grades"),
        ("users", "roles", [{"role": ["student"]}], "roles"),
        ("users", "roles", [], "roles"),
        ("orgs", "name", {"en": "Main Campus"}, "schools"),
        ("courses", "title", [], "courses"),
        ("academicSessions", "endDate", 20260508, "terms"),
        ("users", "dateLastModified", "yesterday", ""),
        ("classes", "dateLastModified", 0, ""),
    ],
)
async def test_what_cannot_be_read_is_missing_and_loses_nothing_else(
    roster: Roster, made: Making, question: Asking, odd: tuple[str, str, object, str]
) -> None:
    """It is not guessed at, and said; of when a record was changed, nobody needs to hear."""
    collection, entry, value, missing = odd
    for row in roster.collections[collection]:
        row[entry] = value
    if entry == "roles":
        roster.collections["users"] = [row | {"role": ""} for row in roster.collections["users"]]
    reply = await ask(made(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert missing in reply.missing or not missing
    assert set(reply.missing) <= {missing, "enrollments"}


async def test_a_person_who_cannot_be_read_is_neither_found_nor_not(
    roster: Roster, made: Making, question: Asking
) -> None:
    """A record without an id could be anybody's."""
    roster.collections["users"][0]["sourcedId"] = ".."
    assert await ask(made(), question(), timeout=PATIENCE) == Unavailable("wrong_schema", permanent=True)


async def test_empty_entries_in_any_spelling_are_missing_ones(
    roster: Roster, made: Making, question: Asking
) -> None:
    """Null, empty texts and lists kept as one text are understood."""
    nothing = {"classCode": None, "terms": None, "course": None, "dateLastModified": ""}
    roster.collections["users"][0] |= {"grades": None, "agents": None}
    roster.collections["classes"] = [
        meets("class-bio", "", [], "", "term-spring", **nothing) | {"title": " Biology ", "periods": "1, 2"}
    ]
    roster.collections["enrollments"] = [enrollment("e-1", "class-bio", beginDate="", role=None)]
    reply = await ask(made(guardians=True), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.missing == ()
    assert [(fact.name, fact.value, fact.observed_at) for fact in reply.facts[1:]] == [
        ("Enrolled in", "Biology", DAY),
        ("Class meets", "Biology: periods 1, 2", None),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "http://sis.example.edu"}, "https"),
        ({"token_url": "http://sis.example.edu/token"}, "https"),
        ({"url": "https://sis.example.edu/ims/oneroster/v1p1"}, "must end before /ims/oneroster"),
        ({"client_secret": "plain-words"}, "never written here"),
        ({"version": "2.0"}, "1.1"),
        ({"version": "1.1", "identifiers": {"campus_id": "userMasterIdentifier"}}, "userMasterIdentifier"),
        ({"identifiers": {}}, "at least 1"),
        ({"identifiers": {"name": "familyName"}}, "campus_id"),
        ({"fields": "all"}, "Extra inputs"),
    ],
)
def test_a_table_that_cannot_work_is_refused(made: Making, changes: dict[str, Any], says: str) -> None:
    """It is said at the start, and no value of the table is repeated."""
    with pytest.raises(ValidationError, match=says) as caught:
        made(**changes)
    assert "plain-words" not in str(caught.value)


async def test_it_accepts_only_the_bases_of_education_records(
    far: FarSide, made: Making, question: Asking
) -> None:
    """An agreement with a police partner opens no student's record."""
    await ask(made(), question(basis=LegalBasis.PARTNER_AGREEMENT), timeout=PATIENCE)
    assert far.calls == []


async def test_a_look_up_lets_itself_be_cancelled(far: FarSide, made: Making, question: Asking) -> None:
    """Whoever asked may stop waiting, and nothing goes on behind their back."""
    far.fail("slow", path="/class-bio")
    assert await ask(made(), question(), timeout=0.5) == Unavailable("timeout")
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_thousand_look_ups_leave_nothing_behind(far: FarSide, made: Making, question: Asking) -> None:
    """What a look-up needs, its connections included, is gone when it has answered."""
    source = made()

    async def left_after(times: int) -> tuple[int, int]:
        for _ in range(times):
            reply = await ask(source, question(**by(IdentifierKind.CAMPUS_ID, "900000009")), timeout=PATIENCE)
            assert isinstance(reply, NotFound)
        far.calls.clear()
        gc.collect()
        return len(gc.get_objects()), psutil.Process().num_fds()

    (objects, files), (objects_later, _) = await left_after(100), await left_after(900)
    assert objects_later - objects < 900

    async def given_back() -> bool:
        return psutil.Process().num_fds() <= files + 1

    # The far side, which is in this process, lets go of a connection a moment after we do.
    await eventually(given_back)
