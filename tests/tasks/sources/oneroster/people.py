"""The invented people of the OneRoster server, and what belongs to them, in the shape of both versions."""

from typing import Any

Row = dict[str, Any]


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


def university() -> dict[str, list[Row]]:
    """Sam Sample's spring, some classmates, and a guardian, by collection."""
    spring = {"schoolYear": "2026", "startDate": "2026-01-12", "endDate": "2026-05-08"}
    fall = {"schoolYear": "2026", "startDate": "2025-08-18", "endDate": "2025-12-12"}
    return {
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
            person("user-pat", "guardian", givenName="Pat", familyName="Sample", email="pat@home.example"),
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
            record("term-spring", type="term", title="Spring 2026", **spring),
            record("term-fall", type="term", title="Fall 2025", **fall),
        ],
        "orgs": [record("org-main", name="Main Campus", type="school", identifier="0001")],
        "demographics": [record("user-sam", birthDate="2005-06-07", sex="female", white="true")],
    }


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
            classType="scheduled",
            school=ref("org", "org-main"),
        )
        | entries
    )
