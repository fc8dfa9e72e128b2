"""The table of vendors' quirks: how OneRoster services depart from the specification, and what comes of it.

Each line names where it was seen: in a vendor's manual, in the source of a public server, or by a client that
works around it. Nobody in it is real.
"""

from dataclasses import replace

from tests.tasks.sources.faults import Answer
from tests.tasks.sources.oneroster.bending import (
    Quirk,
    bare,
    capitals,
    content,
    entries,
    headed,
    instead,
    numbers,
    relative,
    zeros,
)
from tests.tasks.sources.oneroster.filters import Dialect
from tests.tasks.sources.oneroster.people import university

#: whom a registrar is asked about
ONEIL = {"email": "o'neil@wnmu.example"}
NOBODY = {"campus_id": "900000009"}

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
        bend=relative,
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
        bend=headed("X-Total-Count", "2", "/users"),
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
        "nobody, and a failure beside it",
        "gateways that keep the shape of an answer",
        says="wrong_schema",
        bend=instead(Answer.of_json({"users": [], "imsx_codeMajor": "failure"}), "/users"),
    ),
    Quirk(
        "nobody, and an error beside it",
        "servers of one frame for every answer",
        says="wrong_schema",
        bend=instead(Answer.of_json({"users": [], "error": "Index not ready"}), "/users"),
    ),
    *(
        Quirk(f"nobody, and {said}", seen, says=says, asked=NOBODY, bend=instead(answer, "/users"))
        for said, seen, says, answer in (
            (
                "a failure in a set of statuses",
                "OneRoster 1.1, 3.3",
                "wrong_schema",
                Answer.of_json({"users": [], "statusInfoSet": [{"imsx_codeMajor": "failure"}]}),
            ),
            (
                "no success",
                "frames for every answer",
                "wrong_schema",
                Answer.of_json({"users": [], "success": False}),
            ),
            (
                "a sentence about a failure",
                "ASP.NET",
                "wrong_schema",
                Answer.of_json({"users": [], "Message": "An error has occurred."}),
            ),
            (
                "a sentence, a success and no errors",
                "frames for every answer",
                "not_found",
                Answer.of_json(
                    {"users": [], "message": "No records found.", "success": True, "errors": [], "code": 200}
                ),
            ),
            ("a part of the content", "RFC 9110, 15.3.7", "incomplete", Answer.of_json({"users": []}, 206)),
            (
                "a total of 5,000 digits",
                "overflows",
                "incomplete",
                Answer.of_json({"users": []}, headers={"X-Total-Count": "9" * 5_000}),
            ),
        )
    ),
    Quirk(
        "nobody yet",
        "servers that make an export first",
        says="incomplete",
        bend=instead(Answer.of_json({"users": []}, 202), "/users"),
    ),
    Quirk(
        "too often, until a day",
        "RFC 9110, 10.2.3",
        says="rate_limited",
        bend=instead(Answer(429, headers={"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"}), "/users"),
    ),
    Quirk(
        "moved to another host",
        "districts that changed their vendor",
        says="redirected",
        bend=instead(Answer(302, headers={"Location": "https://elsewhere.example/users"}), "/users"),
    ),
    Quirk(
        "users by their ids",
        "PHP arrays with keys",
        says="wrong_schema",
        bend=content(lambda said: {"users": {each["sourcedId"]: each for each in said["users"]}}, "/users"),
    ),
    Quirk(
        "no user by their ids",
        "PHP arrays with keys, empty",
        says="wrong_schema",
        asked=NOBODY,
        bend=content(lambda _: {"users": {}}, "/users"),
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
        bend=content(entries(capitals)),
    ),
    Quirk(
        "ids and identifiers are numbers",
        "databases shown as they are",
        roster={"collections": entries(numbers)(university())},
    ),
    Quirk(
        "an id with a space in it",
        "ids made of names",
        says="wrong_schema",
        bend=content(entries(lambda name, value: "user sam" if name == "sourcedId" else value), "/users"),
    ),
    Quirk(
        "to be deleted, in small letters",
        "1.0 services; the specification writes tobedeleted",
        says="not_found",
        bend=content(entries(lambda name, value: "tobedeleted" if name == "status" else value), "/users"),
    ),
    Quirk(
        "an identifier without its zeros in front",
        "databases that keep numbers",
        says="filter_ignored",
        asked={"campus_id": "0900000001"},
        bend=instead(
            Answer.of_json({"users": [{"sourcedId": "user-sam", "identifier": 900000001}]}), "/users"
        ),
    ),
    Quirk(
        "days of zeros",
        "MySQL",
        bend=content(entries(zeros)),
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
    Quirk("references that are ids", "OneRoster 1.0", bend=content(entries(bare))),
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
        "no enrollments, and a failure beside it",
        "gateways that keep the shape of an answer",
        missing=("enrollment_dates",),
        whole=False,
        bend=instead(Answer.of_json({"enrollments": [], "imsx_codeMajor": "unsupported"}), "/enrollments"),
    ),
    Quirk(
        "no enrollments: 204",
        "servers of RESTful frameworks",
        whole=False,
        bend=instead(Answer(204), "/enrollments"),
    ),
)
