"""The table of vendors' quirks: how OneRoster services depart from the specification, and what comes of it.

Each line names where it was seen: in a vendor's manual, in the source of a public server, or by a client that
works around it. Nobody in it is real.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.tasks.sources.faults import Answer, Call
from tests.tasks.sources.oneroster.filters import Dialect
from tests.tasks.sources.oneroster.people import university
from tests.tasks.sources.oneroster.server import Roster

Honest = Callable[[Call], Answer]

#: what a registrar that knows Sam Sample is asked
SAM = {"campus_id": "900000001"}
ONEIL = {"email": "o'neil@wnmu.example"}
NOBODY = {"campus_id": "900000009"}


@dataclass(frozen=True)
class Quirk:
    """One departure.

    Args:
        name: what it is.
        seen: where.
        says: what the look-up comes to: ``found``, ``not_found``, or the code of *unavailable*.
        missing: the parts that the answer is found without.
        asked: the identifier that is asked about.
        roster: the attributes of the server that make it so.
        bend: what becomes of each honest answer.
        whole: whether all is told that the specification's service tells.
    """

    name: str
    seen: str
    says: str = "found"
    missing: tuple[str, ...] = ()
    asked: dict[str, str] = field(default_factory=lambda: dict(SAM))
    roster: dict[str, Any] = field(default_factory=dict)
    bend: Callable[[Call, Answer], Answer] = lambda _, answer: answer
    whole: bool = True

    def served(self, roster: Roster) -> Honest:
        """The service, bent."""
        for name, value in self.roster.items():
            setattr(roster, name, value)
        return lambda call: (
            self.bend(call, roster.answer(call)) if call.path != "/token" else roster.answer(call)
        )


def content(change: Callable[[Any], Any], path: str = "") -> Callable[[Call, Answer], Answer]:
    """Change what is said, of calls whose path ends so."""

    def bend(call: Call, answer: Answer) -> Answer:
        if answer.status != 200 or not call.path.endswith(path):
            return answer
        said = json.dumps(change(json.loads(answer.content))).encode()
        return replace(answer, content=said)

    return bend


def instead(answer: Answer, path: str, *, when: str = "") -> Callable[[Call, Answer], Answer]:
    """Say something else, to calls whose path ends so and whose query holds a text."""
    return lambda call, honest: answer if call.path.endswith(path) and when in call.target else honest


def entries(change: Callable[[str, Any], Any]) -> Callable[[Any], Any]:
    """Change every entry of every record, by its name."""

    def deep(value: Any) -> Any:
        if isinstance(value, list):
            return [deep(each) for each in value]
        if isinstance(value, dict):
            return {name: change(name, deep(each)) for name, each in value.items()}
        return value

    return deep


def _numbers(name: str, value: Any) -> Any:
    known = {"user-sam": 17, "class-bio": 3, "class-art": 4, "class-lost": 5, "term-spring": 0}
    if name == "identifier" and value:
        return int(value)
    return known.get(value, value) if name == "sourcedId" else value


def _capitals(name: str, value: Any) -> Any:
    if name == "role" and isinstance(value, str):
        return value.capitalize()
    return {"active": "ACTIVE", "tobedeleted": "ToBeDeleted"}.get(value, value) if name == "status" else value


def _zeros(name: str, value: Any) -> Any:
    return "0000-00-00" if name in ("beginDate", "endDate") and value is None else value


def _bare(name: str, value: Any) -> Any:
    is_reference = name in ("org", "class", "user", "terms") and isinstance(value, dict) and "type" in value
    return value["sourcedId"] if is_reference else value


def _headed(name: str, value: str, path: str) -> Callable[[Call, Answer], Answer]:
    return lambda call, answer: (
        replace(answer, headers={**answer.headers, name: value}) if call.path.endswith(path) else answer
    )


def _relative(_: Call, answer: Answer) -> Answer:
    link = answer.headers.get("Link", "").replace("https://elsewhere.example/", "/ims/oneroster/v1p1/")
    return replace(answer, headers={**answer.headers, "Link": link.replace('rel="next"', "rel=NEXT")})


TWO_OF_FIVE = Answer.of_json({"enrollments": university()["enrollments"][:2]}, headers={"X-Total-Count": "5"})
TWO_AND_MORE = replace(TWO_OF_FIVE, headers={"Link": '<https://sis.example.edu/x?offset=2>; rel="next"'})
HTML = Answer(200, b"<!DOCTYPE html><title>Sign in</title>", {"Content-Type": "text/html"})
UNKNOWN = Answer.of_json({"imsx_codeMajor": "failure", "imsx_CodeMinor": "unknownobject"}, 404)
EDFI_FIELDS = frozenset({"sourcedId", "status", "username", "identifier", "email", "role"})

QUIRKS = (
    # what it is asked by
    Quirk(
        "values are compared to the letter, and quotes are left as they are",
        "Ed-Fi OneRoster: OneRosterQueryService.parseOneRosterFilter, PostgreSQL",
        asked={"email": "O'Neil@WNMU.example"},
        roster={"dialect": Dialect("as_it_is", exact=True)},
        whole=False,
    ),
    Quirk(
        "quotes are doubled",
        "servers that hand filters to SQL",
        asked=ONEIL,
        whole=False,
    ),
    Quirk(
        "a value ends at the first quote",
        "servers that match filters with '([^']*)'",
        asked=ONEIL,
        roster={"dialect": Dialect("ends")},
        whole=False,
    ),
    Quirk(
        "no enrollments by person, no routes of a person",
        "Ed-Fi OneRoster: allowedFilterFields of enrollments, routes/oneRoster.js",
        missing=("enrollments",),
        roster={"filterable": EDFI_FIELDS, "routes": False, "headers": ()},
        whole=False,
    ),
    Quirk(
        "no enrollments by person, but classes by their route",
        "services that filter by fields of the record itself alone",
        missing=("enrollment_dates",),
        roster={"filterable": EDFI_FIELDS},
        whole=False,
    ),
    Quirk(
        "no choice of fields",
        "services that answer 400 to `fields`",
        roster={"unknown_fields": frozenset({"grades", "dateLastModified"})},
        whole=False,
    ),
    Quirk(
        "fields are sent whether asked for or not",
        "ClassLink",
        roster={"selects": False},
    ),
    Quirk(
        "filters are ignored",
        "services without filters",
        says="filter_ignored",
        roster={"filters": False},
    ),
    # what it says of how much there is
    Quirk(
        "neither totals nor links",
        "Ed-Fi OneRoster",
        roster={"headers": ()},
    ),
    Quirk(
        "links alone, in small pages",
        "libre-oneroster",
        roster={"headers": ("Link",), "page_size": 2},
    ),
    Quirk(
        "links that are relative, with a relation unquoted and in capitals",
        "RFC 8288 allows both",
        roster={"headers": ("Link",), "page_size": 2},
        bend=_relative,
    ),
    Quirk(
        "two of five enrollments",
        "a total that is not reached",
        missing=("some_enrollments",),
        bend=instead(TWO_OF_FIVE, "/enrollments"),
        whole=False,
    ),
    Quirk(
        "a next page that is the first one again, on another host",
        "Schoology: a page parameter that is not counted up",
        missing=("some_enrollments",),
        bend=instead(TWO_AND_MORE, "/enrollments"),
        whole=False,
    ),
    Quirk(
        "a second user is said to be there and does not come",
        "limits below 2",
        says="incomplete",
        bend=_headed("X-Total-Count", "2", "/users"),
    ),
    Quirk(
        "a total in the body",
        "TimeBack: totalCount beside users",
        roster={"headers": ()},
        bend=content(lambda said: {**said, "totalCount": 1}, "/users"),
    ),
    Quirk(
        "a total in the body that is not reached",
        "TimeBack",
        says="incomplete",
        roster={"headers": ()},
        bend=content(lambda said: {**said, "totalCount": 3}, "/users"),
    ),
    # how it says nobody
    Quirk(
        "nobody: 404, unknownobject",
        "1.1 servers",
        says="not_found",
        asked=NOBODY,
        bend=instead(UNKNOWN, "/users", when="filter"),
    ),
    Quirk(
        "nobody: 204",
        "servers of RESTful frameworks",
        says="not_found",
        asked=NOBODY,
        bend=instead(Answer(204), "/users", when="filter"),
    ),
    Quirk(
        "nobody: 200 and nothing",
        "proxies",
        says="not_found",
        asked=NOBODY,
        bend=instead(Answer(200), "/users", when="filter"),
    ),
    Quirk(
        "nobody: null",
        "PHP",
        says="not_found",
        asked=NOBODY,
        bend=content(lambda _: {"users": None}, "/users"),
    ),
    Quirk(
        "a route that is not there",
        "a base that is wrong",
        says="rejected",
        bend=instead(UNKNOWN, "/users"),
    ),
    Quirk(
        "nothing, whoever is asked about",
        "a proxy without a server",
        says="wrong_schema",
        bend=instead(Answer(200), "/users"),
    ),
    Quirk(
        "a page to sign in",
        "single sign-on before the server",
        says="wrong_schema",
        bend=instead(HTML, "/users"),
    ),
    Quirk(
        "an error with 200",
        "gateways",
        says="wrong_schema",
        bend=instead(Answer.of_json({"imsx_codeMajor": "failure"}), "/users"),
    ),
    Quirk(
        "users are not for us",
        "scopes that were not granted",
        says="forbidden",
        roster={"forbidden": frozenset({"users"})},
    ),
    # how it writes
    Quirk(
        "a mark at the beginning",
        "files written by .NET",
        bend=lambda _, answer: replace(answer, content=b"\xef\xbb\xbf" + answer.content),
    ),
    Quirk(
        "roles and status in capitals",
        "Synergy, Q",
        bend=content(entries(_capitals)),
    ),
    Quirk(
        "ids and identifiers are numbers",
        "databases shown as they are",
        roster={"collections": entries(_numbers)(university())},
    ),
    Quirk(
        "days of zeros",
        "MySQL",
        bend=content(entries(_zeros)),
    ),
    Quirk(
        "one user, not in a list",
        "XML turned into JSON",
        bend=content(lambda said: {"user": said["users"][0]}, "/users"),
    ),
    Quirk(
        "a list and nothing around it",
        "hand-written servers",
        bend=content(lambda said: said["users"], "/users"),
    ),
    Quirk(
        "a record in a list",
        "servers with one way for both",
        bend=content(lambda said: {"classes": [said["class"]]} if "class" in said else said),
    ),
    Quirk("references that are ids", "OneRoster 1.0", bend=content(entries(_bare))),
    # what it keeps to itself
    Quirk(
        "classes are not for us",
        "scopes by collection",
        missing=("classes",),
        roster={"forbidden": frozenset({"classes"})},
        whole=False,
    ),
    Quirk(
        "an enrollment that cannot be read",
        "rows without a class",
        missing=("some_enrollments",),
        whole=False,
        bend=content(
            lambda said: {"enrollments": [*said["enrollments"][1:], {"sourcedId": "e-bio"}]}, "/enrollments"
        ),
    ),
    Quirk(
        "enrollments fail when asked for by person",
        "a server error for an unknown filter",
        missing=("enrollment_dates",),
        whole=False,
        bend=instead(Answer(500), "/enrollments"),
    ),
    Quirk(
        "no enrollments: 204",
        "servers of RESTful frameworks",
        whole=False,
        bend=instead(Answer(204), "/enrollments"),
    ),
)
