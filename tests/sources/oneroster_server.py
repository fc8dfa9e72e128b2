"""A OneRoster service of invented people: rostering in 1.1 and 1.2, as far as a registrar is asked.

There is no package of a OneRoster server to test against, so this one is strict where the specification is:
it knows each version's fields, refuses filters and fields that it does not know with the specification's
error payload, and asks for a token with the right scope. It runs behind
:class:`tests.sources.faults.FarSide`.
"""

import base64
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from tests.sources.faults import Answer, Call

Row = dict[str, Any]

BASES = {"1.1": "/ims/oneroster/v1p1/", "1.2": "/ims/oneroster/rostering/v1p2/"}
SCOPE = {
    "1.1": "https://purl.imsglobal.org/spec/or/v1p1/scope/",
    "1.2": "https://purl.imsglobal.org/spec/or/v1p2/scope/",
}

#: what a record of each collection is called alone
SINGULAR = {
    "users": "user",
    "enrollments": "enrollment",
    "classes": "class",
    "courses": "course",
    "academicSessions": "academicSession",
    "orgs": "org",
    "demographics": "demographics",
}

#: fields of a user that only one of the versions has
ONLY_IN = {"1.1": {"role", "orgs"}, "1.2": {"roles", "userMasterIdentifier"}}

CLIENT_ID, CLIENT_SECRET = "tatflow:team", "not so/secret+%"

_CONDITION = re.compile(r"(\w[\w.]*)=('(?:[^']|'')*')( (?:AND|OR) |$)")


def ref(kind: str, sourced_id: str) -> Row:
    """A ``GUIDRef``; its address leads elsewhere."""
    return {
        "href": f"https://elsewhere.example/{kind}/{sourced_id}",
        "sourcedId": sourced_id,
        "type": kind,
    }


def record(sourced_id: str, **entries: Any) -> Row:
    """A record with what every record has."""
    return {
        "sourcedId": sourced_id,
        "status": "active",
        "dateLastModified": "2026-02-27T08:00:00.000Z",
    } | entries


def person(sourced_id: str, role: str = "student", **entries: Any) -> Row:
    """A user, as both versions have one."""
    return (
        record(
            sourced_id,
            username=sourced_id,
            enabledUser="true",
            givenName="Given",
            familyName="Family",
            password="never",  # noqa: S106 - a field that must not be asked for
            identifier="",
            email="",
            phone="",
            agents=[],
            grades=[],
            userMasterIdentifier="",
            role=role,
            orgs=[ref("org", "org-main")],
            roles=[{"roleType": "primary", "role": role, "org": ref("org", "org-main")}],
        )
        | entries
    )


@dataclass
class Roster:
    """The service: what it holds, how it behaves, and what it was asked."""

    collections: dict[str, list[Row]] = field(default_factory=dict)
    #: seconds that a token is good for; None: it does not say
    token_life: int | None = 3600
    #: whether tokens that were given out are still accepted
    tokens: set[str] = field(default_factory=set)
    #: records in a page, at most
    page_size: int = 100
    #: which of the headers of paging it sends
    headers: tuple[str, ...] = ("X-Total-Count", "Link")
    #: whether it knows filters at all
    filters: bool = True
    #: scopes that were asked for, one entry for each token
    scopes: list[str] = field(default_factory=list)

    def answer(self, call: Call) -> Answer:
        """Answer a call to the token endpoint or to a collection."""
        if call.path == "/token":
            return self._token(call)
        parts = urlsplit(call.target)
        for version, base in BASES.items():
            if parts.path.startswith(base):
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                path = unquote(parts.path.removeprefix(base))
                return self._read(version, path, query, call.headers.get("Authorization", ""))
        return Answer(404)

    def _token(self, call: Call) -> Answer:
        kind, _, pair = call.headers.get("Authorization", "").partition(" ")
        user, _, word = base64.b64decode(pair).decode().partition(":")
        if (kind, unquote_plus(user), unquote_plus(word)) != ("Basic", CLIENT_ID, CLIENT_SECRET):
            return Answer.of_json({"error": "invalid_client"}, 401)
        form = parse_qs(call.content.decode())
        self.scopes.append(form["scope"][0])
        if form["grant_type"] != ["client_credentials"] or "purl.imsglobal.org" not in form["scope"][0]:
            return Answer.of_json({"error": "invalid_scope"}, 400)
        token = f"token-{len(self.scopes)}"
        self.tokens.add(token)
        life = {} if self.token_life is None else {"expires_in": self.token_life}
        return Answer.of_json({"access_token": token, "token_type": "Bearer", **life})

    def _read(self, version: str, path: str, query: dict[str, str], authorization: str) -> Answer:
        if authorization.removeprefix("Bearer ") not in self.tokens:
            return self._error(401, "unauthorisedrequest")
        collection, _, sourced_id = path.partition("/")
        wanted = "roster-demographics" if collection == "demographics" else "roster-core"
        if f"{SCOPE[version]}{wanted}.readonly" not in self.scopes[-1].split():
            return self._error(403, "forbidden")
        known = {name for row in self.collections[collection] for name in row}
        if collection == "users":
            known -= ONLY_IN["1.2" if version == "1.1" else "1.1"]
        fields = query["fields"].split(",") if "fields" in query else sorted(known)
        if not known.issuperset(fields):
            return self._error(400, "invalid_selection_field")
        if sourced_id:
            return self._one(collection, sourced_id, fields)
        return self._page(collection, query, fields, known)

    def _one(self, collection: str, sourced_id: str, fields: list[str]) -> Answer:
        for row in self.collections[collection]:
            if row["sourcedId"] == sourced_id:
                return Answer.of_json({SINGULAR[collection]: _select(row, fields)})
        return self._error(404, "unknownobject")

    def _page(self, collection: str, query: dict[str, str], fields: list[str], known: set[str]) -> Answer:
        conditions = _parsed(query.get("filter", ""))
        if conditions is None or not known.issuperset(name.split(".")[0] for name, _, _ in conditions):
            return self._error(400, "invalid_filter_field")
        rows = self.collections[collection]
        if self.filters:
            rows = [row for row in rows if _holds(conditions, row)]
        size = min(int(query.get("limit", "100")), self.page_size)
        first = int(query.get("offset", "0"))
        page = rows[first : first + size]
        headers = {"X-Total-Count": str(len(rows))}
        if first + size < len(rows):
            headers["Link"] = f'<https://elsewhere.example/{collection}?offset={first + size}>; rel="next"'
        else:
            headers["Link"] = f'<https://elsewhere.example/{collection}?offset=0>; rel="first"'
        sent = {name: value for name, value in headers.items() if name in self.headers}
        return Answer.of_json({collection: [_select(row, fields) for row in page]}, headers=sent)

    def _error(self, status: int, minor: str) -> Answer:
        return Answer.of_json(
            {
                "imsx_StatusInfo": {
                    "imsx_codeMajor": "failure",
                    "imsx_severity": "error",
                    "imsx_description": "It was not possible.",
                    "imsx_CodeMinor": {
                        "imsx_codeMinorField": [
                            {
                                "imsx_codeMinorFieldName": "TargetEndSystem",
                                "imsx_codeMinorFieldValue": minor,
                            }
                        ]
                    },
                }
            },
            status,
        )


def _parsed(text: str) -> list[tuple[str, str, str]] | None:
    """A filter's conditions, each with what joins it to the next; None: it is none."""
    found, at = [], 0
    while at < len(text):
        match = _CONDITION.match(text, at)
        if match is None:
            return None
        name, quoted, joint = match.groups()
        found.append((name, quoted[1:-1].replace("''", "'"), joint.strip()))
        at = match.end()
    return found


def _holds(conditions: list[tuple[str, str, str]], row: Row) -> bool:
    held = [_value(row, name).casefold() == value.casefold() for name, value, _ in conditions]
    return any(held) if any(joint == "OR" for _, _, joint in conditions) else all(held)


def _value(row: Row, name: str) -> str:
    value: Any = row
    for part in name.split("."):
        value = value.get(part, "")
    return str(value)


def _select(row: Row, fields: list[str]) -> Row:
    return {name: row[name] for name in fields if name in row}


def university() -> Roster:
    """A service that knows Sam Sample's spring, some classmates, and a guardian."""
    spring = {"startDate": "2026-01-12", "endDate": "2026-05-08"}
    return Roster(
        {
            "users": [
                person(
                    "user-sam",
                    identifier="900000001",
                    email="sam.sample@wnmu.example",
                    userMasterIdentifier="master-1",
                    agents=[ref("user", "user-pat"), ref("user", "user-ada"), ref("user", "user-lost")],
                    grades=["14"],
                ),
                person("user-oneil", identifier="900000002", email="o'neil@wnmu.example"),
                person("user-twin-1", identifier="900000003"),
                person("user-twin-2", identifier="900000003"),
                person("user-gone", identifier="900000004", status="tobedeleted"),
                person(
                    "user-pat", "guardian", givenName="Pat", familyName="Sample", email="pat@home.example"
                ),
                person("user-ada", "aide", givenName="Ada", familyName="Aide"),
            ],
            "enrollments": [
                enrollment("e-bio", "class-bio", beginDate="2026-01-12", endDate="2026-05-08"),
                enrollment("e-art", "class-art"),
                enrollment("e-lost", "class-lost"),
                enrollment("e-past", "class-past", beginDate="2025-08-18", endDate="2025-12-12"),
                enrollment("e-old", "class-old"),
                enrollment("e-void", "class-bio", status="tobedeleted"),
            ],
            "classes": [
                meets("class-bio", "BIO-101-02", ["3", "5"], "Harlan Hall 112", "term-spring"),
                meets("class-art", "ART-7", [], "", "term-spring", title="Life drawing", course=None),
                meets("class-old", "BIO-100", ["1"], "Harlan Hall 1", "term-fall"),
            ],
            "courses": [record("course-bio", title="Introduction to Biology", courseCode="BIO-101")],
            "academicSessions": [
                record("term-spring", title="Spring 2026", **spring),
                record("term-fall", title="Fall 2025", startDate="2025-08-18", endDate="2025-12-12"),
            ],
            "orgs": [record("org-main", name="Main Campus", type="school")],
            "demographics": [record("user-sam", birthDate="2005-06-07", sex="female", white="true")],
        }
    )


def enrollment(sourced_id: str, class_id: str, user: str = "user-sam", **entries: Any) -> Row:
    """That a user is in a class."""
    return record(
        sourced_id,
        user=ref("user", user),
        role="student",
        school=ref("org", "org-main"),
        **{"class": ref("class", class_id)},
    ) | ({"beginDate": None, "endDate": None} | entries)


def meets(sourced_id: str, code: str, periods: list[str], location: str, term: str, **entries: Any) -> Row:
    """A class of the biology course."""
    return (
        record(
            sourced_id,
            title="Introduction to Biology",
            classCode=code,
            periods=periods,
            location=location,
            terms=[ref("academicSession", term)],
            course=ref("course", "course-bio"),
            subjects=["Science"],
        )
        | entries
    )
