"""What services of many makers answer, about invented people; and what becomes of it."""

from collections.abc import Mapping
from typing import Any

from tests.tasks.sources.faults import Answer

LIST = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}
NOBODY = LIST | {"totalResults": 0, "Resources": []}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

#: Sam Sample, of whom each maker's service says something odd besides
SAM: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "id": "2819c223",
    "userName": "sam.sample@wnmu.example",
    "title": "Lecturer",
    "active": True,
    ENTERPRISE: {"employeeNumber": "E0000001", "department": "Biology"},
}
FACTS = {
    "Employee number": "E0000001",
    "Title": "Lecturer",
    "Department": "Biology",
    "Account active": "yes",
}

NOT_THERE = Answer.of_json({"detail": "Endpoint not found", "status": "404"}, 404)
NOT_ALLOWED = Answer.of_json({"detail": "Method Not Allowed", "status": "405"}, 405)


def listed(*people: object, total: object = None, **more: Any) -> Answer:
    """A list of people."""
    count = len(people) if total is None else total
    return Answer.of_json(LIST | {"totalResults": count, "Resources": list(people)} | more)


def sam(**changes: Any) -> dict[str, Any]:
    """Sam Sample, with changes."""
    return SAM | changes


def employed(**changes: Any) -> dict[str, Any]:
    """Sam Sample with another employment."""
    return sam(**{ENTERPRISE: SAM[ENTERPRISE] | changes})


#: what is answered, by method, where the address begins and what the content holds; and what becomes of it
Said = Mapping[tuple[str, ...], Answer]
POST, GET = ("POST", "/v2/Users/.search"), ("GET", "/v2/Users?")

VENDORS: dict[str, tuple[Said, Mapping[str, str] | str]] = {
    "Okta: an empty profileUrl, n/a for mail, groups, a locale of its own": (
        {
            POST: listed(
                sam(profileUrl="", emails=[{"value": "n/a", "type": "work"}], groups=[], locale="en_US ")
            )
        },
        FACTS,
    ),
    "Entra: active as a text, the manager as an id alone": (
        {
            POST: listed(employed(manager="26118915") | {"active": "True"}),
            ("GET", "/v2/Users/26118915"): Answer.of_json({"id": "26118915", "displayName": "Morgan Model"}),
        },
        FACTS | {"Manager": "Morgan Model"},
    ),
    "Entra: a manager whom nobody knows there": (
        {POST: listed(employed(manager="26118915")), ("GET", "/v2/Users/26118915"): NOT_THERE},
        FACTS | {"Manager": "26118915"},
    ),
    "a manager by name": (
        {POST: listed(employed(manager="Morgan Model"))},
        FACTS | {"Manager": "Morgan Model"},
    ),
    "Keycloak: searched by GET alone, media type application/scim+json": (
        {
            POST: NOT_ALLOWED,
            GET: Answer(200, listed(sam()).content, {"Content-Type": "application/scim+json"}),
        },
        FACTS,
    ),
    "Keycloak: nobody, without Resources": (
        {
            POST: NOT_ALLOWED,
            GET: Answer.of_json(LIST | {"totalResults": 0, "itemsPerPage": 0, "startIndex": 1}),
        },
        "not_found",
    ),
    "PingOne: no search by POST, links and numbers of its own": (
        {
            POST: NOT_THERE,
            GET: listed(sam(_links={"self": {"href": "x"}}, lifecycle={"status": 7}), itemsPerPage="1"),
        },
        FACTS,
    ),
    "PingOne: nobody, with Resources null": ({POST: listed(total=0, Resources=None)}, "not_found"),
    "canaille: as the standard says": ({POST: listed(sam(), startIndex=1, itemsPerPage=1)}, FACTS),
    "scim2-server: nobody": ({POST: listed()}, "not_found"),
    "WSO2: counting from 0, the total as a text, ids as numbers": (
        {POST: listed(employed(employeeNumber="e0000001") | {"id": 17}, total="1", startIndex=0)},
        FACTS | {"Employee number": "e0000001"},
    ),
    "a number for a number": (
        {POST: listed(employed(department=42))},
        FACTS | {"Department": "42"},
    ),
    "names and schemas in other cases": (
        {
            POST: Answer.of_json(
                {
                    "TotalResults": 1,
                    "resources": [
                        {
                            "Title": "Lecturer",
                            "Active": "true",
                            ENTERPRISE.lower(): {"EmployeeNumber": "E0000001", "Department": "Biology"},
                        }
                    ],
                }
            )
        },
        FACTS,
    ),
    "SCIM 1.1's addition for employees": (
        {
            POST: listed(
                {
                    "title": "Lecturer",
                    "active": True,
                    "urn:scim:schemas:extension:enterprise:1.0": SAM[ENTERPRISE],
                }
            )
        },
        FACTS,
    ),
    "a date that is none, and nothing where facts belong": (
        {POST: listed(sam(title=None, active="n/a", meta={"lastModified": "yesterday"}))},
        {"Employee number": "E0000001", "Department": "Biology"},
    ),
    "several, one a page": (
        {
            ("POST", "/v2/Users/.search", '"startIndex"'): listed(sam(id="2"), total=2, startIndex=2),
            POST: listed(sam(), total=2, itemsPerPage=1),
        },
        "several_records",
    ),
    "several, of whom one is shown": (
        {
            ("POST", "/v2/Users/.search", '"startIndex"'): listed(total=2),
            POST: listed(sam(), total=2),
        },
        "several_records",
    ),
    "some, and none is shown": ({POST: listed(total=3)}, "wrong_schema"),
    "everybody, though somebody was asked for": (
        {POST: listed(sam(), employed(employeeNumber="E0000002"), total=20252)},
        "filter_ignored",
    ),
    "Snowflake, once: a user who is nobody": (
        {POST: NOT_THERE, GET: listed({"id": "1", "userName": "synthesis_user", "active": False})},
        "filter_ignored",
    ),
    "a filter that it does not know": (
        {POST: Answer.of_json({"scimType": "invalidFilter", "status": "400"}, 400)},
        "rejected",
    ),
    "scimmy: no choice among attributes": (
        {
            (*POST, '"attributes"'): Answer.of_json({"scimType": "invalidValue", "status": "400"}, 400),
            POST: listed(sam(meta={"lastModified": "2031-03-09T14:15:00Z"})),
        },
        FACTS,
    ),
    "nothing at all": ({POST: Answer(204)}, "wrong_schema"),
    "an empty answer": ({POST: Answer(200)}, "wrong_schema"),
    "a list that is none": ({POST: Answer.of_json([sam()])}, "wrong_schema"),
    "no such endpoint at all": ({POST: NOT_THERE, GET: NOT_THERE}, "rejected"),
    "users by their ids": (
        {POST: Answer.of_json({"totalResults": 1, "Resources": {"17": sam()}})},
        "wrong_schema",
    ),
    "nobody, and an error in the list's place": (
        {
            POST: Answer.of_json(
                {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                    "status": "500",
                    "totalResults": 0,
                    "Resources": [],
                }
            )
        },
        "wrong_schema",
    ),
    "SCIM 1.1: nobody, and errors beside it": (
        {POST: Answer.of_json(NOBODY | {"Errors": [{"description": "No database", "code": "500"}]})},
        "wrong_schema",
    ),
    "nobody, and a status of failure": ({POST: Answer.of_json(NOBODY | {"status": "503"})}, "wrong_schema"),
    "nobody, in a part of the content": ({POST: Answer.of_json(NOBODY, 206)}, "incomplete"),
    "nobody, and a total in a list": ({POST: listed(total=[3])}, "wrong_schema"),
    "nobody, and a total of 5,000 digits": ({POST: listed(total="9" * 5_000)}, "wrong_schema"),
    "a mark at the beginning": ({POST: Answer(200, b"\xef\xbb\xbf" + listed(sam()).content)}, FACTS),
    "a manager whom we may not read": (
        {POST: listed(employed(manager="26118915")), ("GET", "/v2/Users/26118915"): Answer(403)},
        FACTS | {"Manager": "26118915", "missing": "manager"},
    ),
    "a manager whom it fails over": (
        {POST: listed(employed(manager={"value": "26"})), ("GET", "/v2/Users/26"): Answer(500)},
        FACTS | {"missing": "manager"},
    ),
    "nobody, and a total that is a sentence": ({POST: listed(total="many")}, "wrong_schema"),
    "nobody, of a total that is not known": ({POST: listed(total=-1)}, "not_found"),
    "the first page again, whatever page is asked for": ({POST: listed(sam(), total=2)}, "several_records"),
    "a total below what is shown": ({POST: listed(sam(), total=0)}, FACTS),
    "the export is being made": ({POST: Answer.of_json(LIST | {"totalResults": 0}, 202)}, "incomplete"),
    "too often, until a day": (
        {POST: Answer(429, headers={"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"})},
        "rate_limited",
    ),
    "moved to another host": (
        {POST: Answer(307, headers={"Location": "https://elsewhere.example/v2/Users/.search"})},
        "redirected",
    ),
    "a page to sign in": (
        {POST: Answer(200, b"<title>Sign in</title>", {"Content-Type": "text/html"})},
        "wrong_schema",
    ),
    "upper-case names of all": (
        {
            POST: Answer.of_json(
                {
                    "TOTALRESULTS": "1",
                    "RESOURCES": [
                        {
                            "TITLE": "Lecturer",
                            "ACTIVE": "TRUE",
                            ENTERPRISE.upper(): {"EMPLOYEENUMBER": "E0000001", "DEPARTMENT": "Biology"},
                        }
                    ],
                }
            )
        },
        FACTS,
    ),
    "somebody without what was asked by": (
        {POST: listed({"id": "1", "title": "Lecturer", "active": True})},
        "filter_ignored",
    ),
    "one user, though a list was asked for": ({POST: Answer.of_json(sam())}, "wrong_schema"),
}
