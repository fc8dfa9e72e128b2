"""A OneRoster service of invented people: rostering in 1.1 and 1.2, read-only, and as vendors bend it.

There is no package of a OneRoster server to test against, so this one is strict where the specification is:
it knows each version's fields, refuses filters and fields that it does not know with the specification's
error payload, and asks for a token with the right scope. Clients of other hands hold it to the specification
(``peers/oneroster``). Each attribute of :class:`Roster` below the first is a way in which some vendor departs
from it; ``quirks.py`` is the table of them. It runs behind :class:`tests.tasks.sources.faults.FarSide`.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from oauthlib.common import Request  # type: ignore[import-untyped]
from oauthlib.oauth1.rfc5849 import signature  # type: ignore[import-untyped]

from tests.tasks.sources.faults import Answer, Call
from tests.tasks.sources.oneroster.filters import Dialect, holds, parsed
from tests.tasks.sources.oneroster.people import Row, university

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

#: collections that are a part of another one, and which
PARTS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "students": ("users", lambda row: "student" in _roles(row)),
    "teachers": ("users", lambda row: "teacher" in _roles(row)),
    "schools": ("orgs", lambda row: row["type"] == "school"),
    "terms": ("academicSessions", lambda row: row["type"] == "term"),
    "gradingPeriods": ("academicSessions", lambda row: row["type"] == "gradingPeriod"),
}

#: fields of a user that only one of the versions has
ONLY_IN = {"1.1": {"role", "orgs"}, "1.2": {"roles", "userMasterIdentifier"}}

CLIENT_ID, CLIENT_SECRET = "tatflow:team", "not so/secret+%"

#: what tells that a request is signed by each method
VERIFIED_BY = {"HMAC-SHA1": signature.verify_hmac_sha1, "HMAC-SHA256": signature.verify_hmac_sha256}

#: a token that was given out once, by hand
STATIC_TOKEN = "given-once"  # noqa: S105 - nobody's


def _roles(row: Row) -> set[str]:
    return {row["role"], *(role["role"] for role in row["roles"])}


@dataclass
class Roster:
    """The service: what it holds, how it behaves, and what it was asked."""

    collections: dict[str, list[Row]] = field(default_factory=university)
    #: what proves who a client is
    client_secret: str = CLIENT_SECRET
    #: scopes that were asked for, one entry for each token
    scopes: list[str] = field(default_factory=list)
    #: tokens that are accepted
    tokens: set[str] = field(default_factory=set)
    #: seconds that a token is good for; None: it does not say
    token_life: int | None = 3600
    #: how a client shows who it is at the token endpoint
    token_auth: str = "client_secret_basic"  # noqa: S105 - a name
    #: the method of signatures that it wants instead of a token; empty: none
    oauth1: str = ""
    #: headers of its own that it wants, too
    own_headers: dict[str, str] = field(default_factory=dict)
    #: records in a page, at most
    page_size: int = 100
    #: which of the headers of paging it sends
    headers: tuple[str, ...] = ("X-Total-Count", "Link")
    #: where its links lead
    links_to: str = "https://elsewhere.example/"
    #: whether it knows filters at all; and by which dotted fields, where not by all
    filters: bool = True
    filterable: frozenset[str] | None = None
    #: how filters are read
    dialect: Dialect = field(default_factory=Dialect)
    #: whether fields can be chosen, and which it does not know
    selects: bool = True
    unknown_fields: frozenset[str] = frozenset()
    #: whether a person's classes have routes of their own, as ``/users/{id}/classes``
    routes: bool = True
    #: collections that a client may not see
    forbidden: frozenset[str] = frozenset()

    def answer(self, call: Call) -> Answer:
        """Answer a call to the token endpoint or to a collection."""
        if call.path == "/token":
            return self._token(call)
        parts = urlsplit(call.target)
        for version, base in BASES.items():
            if parts.path.startswith(base):
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                steps = [unquote(step) for step in parts.path.removeprefix(base).split("/")]
                return self._let_in(call, version) or self._read(version, steps, query)
        return Answer(404)

    def _token(self, call: Call) -> Answer:
        form = {name: values[0] for name, values in parse_qs(call.content.decode()).items()}
        kind, _, pair = call.headers.get("Authorization", "").partition(" ")
        user, _, word = base64.b64decode(pair).decode().partition(":")
        shown = ("client_secret_basic" if kind == "Basic" else "", unquote(user), unquote(word))
        if not kind:
            shown = ("client_secret_post", form.get("client_id", ""), form.get("client_secret", ""))
        if shown != (self.token_auth, CLIENT_ID, self.client_secret):
            return Answer.of_json({"error": "invalid_client"}, 401)
        if form["grant_type"] != "client_credentials" or "purl.imsglobal.org" not in form["scope"]:
            return Answer.of_json({"error": "invalid_scope"}, 400)
        self.scopes.append(form["scope"])
        token = f"token-{len(self.scopes)}"
        self.tokens.add(token)
        life = {} if self.token_life is None else {"expires_in": self.token_life}
        return Answer.of_json({"access_token": token, "token_type": "Bearer", **life})

    def _let_in(self, call: Call, version: str) -> Answer | None:
        """What is answered to whoever is not let in."""
        given = {name.lower(): value for name, value in call.headers.items()}
        known = given.get("authorization", "").removeprefix("Bearer ") in self.tokens
        if self.oauth1:
            known = signed(call, self.oauth1, self.client_secret)
        if any(given.get(name.lower()) != value for name, value in self.own_headers.items()):
            known = False
        return None if known else error(version, 401, "unauthorisedrequest")

    def _read(self, version: str, steps: list[str], query: dict[str, str]) -> Answer:
        collection, wanted = steps[0], "roster-core"
        if collection == "demographics":
            wanted = "roster-demographics"
        held = self._held(collection, steps)
        if held is None or len(steps) > 3:
            return error(version, 404, "unknownobject")
        collection, rows = held
        unscoped = self.scopes and f"{SCOPE[version]}{wanted}.readonly" not in self.scopes[-1].split()
        if unscoped or collection in self.forbidden:
            return error(version, 403, "forbidden")
        known = {name for row in self.collections[collection] for name in row} - self.unknown_fields
        if collection == "users":
            known -= ONLY_IN["1.2" if version == "1.1" else "1.1"]
        fields = query["fields"].split(",") if "fields" in query and self.selects else sorted(known)
        if not known.issuperset(fields):
            return error(version, 400, "invalid_selection_field")
        if len(steps) == 2:
            return self._one(version, collection, rows, steps[1], fields)
        conditions = parsed(query.get("filter", ""), self.dialect)
        names = {name for name, _, _, _ in conditions or ()}
        allowed = self.filterable is None or names <= self.filterable
        if conditions is None or not allowed or not known >= {name.split(".")[0] for name in names}:
            return error(version, 400, "invalid_filter_field")
        if self.filters:
            rows = [row for row in rows if holds(conditions, row, self.dialect)]
        return self._page(collection, "/".join(steps), rows, query, fields)

    def _held(self, collection: str, steps: list[str]) -> tuple[str, list[Row]] | None:
        """The collection that a route leads to, and what it has in it; None: there is no such route."""
        whole, belongs = PARTS.get(collection, (collection, lambda _: True))
        if whole not in self.collections:
            return None
        rows = [row for row in self.collections[whole] if belongs(row)]
        if len(steps) < 3:
            return whole, rows
        if whole != "users" or steps[2] != "classes" or not self.routes:
            return None
        if steps[1] not in {str(row["sourcedId"]) for row in rows}:
            return None
        theirs = [row for row in self.collections["enrollments"] if str(row["user"]["sourcedId"]) == steps[1]]
        theirs = [row for row in theirs if row["status"] == "active"]
        wanted = {row["class"]["sourcedId"] for row in theirs}
        return "classes", [row for row in self.collections["classes"] if row["sourcedId"] in wanted]

    def _one(
        self, version: str, collection: str, rows: list[Row], sourced_id: str, fields: list[str]
    ) -> Answer:
        for row in rows:
            if str(row["sourcedId"]) == sourced_id:
                return Answer.of_json({SINGULAR[collection]: select(row, fields)})
        return error(version, 404, "unknownobject")

    def _page(
        self, collection: str, route: str, rows: list[Row], query: dict[str, str], fields: list[str]
    ) -> Answer:
        if "sort" in query:
            backwards = query.get("orderBy") == "desc"
            rows = sorted(rows, key=lambda row: str(row.get(query["sort"], "")), reverse=backwards)
        size = max(1, min(int(query.get("limit", "100")), self.page_size))
        first = int(query.get("offset", "0"))
        others = {name: value for name, value in query.items() if name not in ("limit", "offset")}
        relations = {"first": 0} | ({"next": first + size} if first + size < len(rows) else {})
        links = [
            f'<{self.links_to}{route}?{urlencode(others | {"limit": size, "offset": at})}>; rel="{relation}"'
            for relation, at in relations.items()
        ]
        headers = {"X-Total-Count": str(len(rows)), "Link": ", ".join(links)}
        sent = {name: value for name, value in headers.items() if name in self.headers}
        shown = [select(row, fields) for row in rows[first : first + size]]
        return Answer.of_json({collection: shown}, headers=sent)


def signed(call: Call, method: str, secret: str) -> bool:
    """Whether a call is signed by OAuth 1.0a (RFC 5849, 3.4), whoever's library did it."""
    shown = {"Authorization": call.headers.get("Authorization", "")}
    if not shown["Authorization"].startswith("OAuth "):
        return False
    query = urlsplit(call.target).query
    given = dict(signature.collect_parameters(headers=shown, exclude_oauth_signature=False))
    request = Request(f"http://{call.headers['Host']}{call.target}", call.method)
    request.params = signature.collect_parameters(uri_query=query, headers=shown)
    request.signature = given.get("oauth_signature", "")
    known = given.get("oauth_consumer_key") == CLIENT_ID and given.get("oauth_signature_method") == method
    return known and bool(VERIFIED_BY[method](request, secret, ""))


def error(version: str, status: int, minor: str) -> Answer:
    """An error with the version's payload."""
    field_of = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
    said: dict[str, Any] = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": "It was not possible.",
        "imsx_CodeMinor": {"imsx_codeMinorField": [field_of]},
    }
    return Answer.of_json(said if version == "1.2" else {"imsx_StatusInfo": said}, status)


def select(row: Row, fields: list[str]) -> Row:
    """A record with the fields that were chosen."""
    return {name: row[name] for name in fields if name in row}
