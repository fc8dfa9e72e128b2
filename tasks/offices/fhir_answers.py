"""What a FHIR endpoint says, read for what was asked for alone: of whichever release the rest of it is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from states.errors import StepFailed
from states.vocabulary.plans import Attendance
from tasks.far import wire

#: an answer's JSON, of which only what was asked for is looked at
Said = dict[str, Any]

#: what an outcome's code says beside what the status of its answer does
#: (https://hl7.org/fhir/R4/valueset-issue-type.html)
_OUTCOMES: Mapping[str, StepFailed] = {
    **dict.fromkeys(
        ("security", "login", "expired", "forbidden", "suppressed"),
        StepFailed("unauthorized", permanent=True),
    ),
    **dict.fromkeys(
        ("transient", "lock-error", "no-store", "exception", "timeout", "incomplete"),
        StepFailed("server_error"),
    ),
    "throttled": StepFailed("rate_limited"),
}

#: digits of a total that may be one: Python reads no number of thousands of them
LONGEST_TOTAL = 9


def located(response: httpx.Response, kind: str) -> str:
    """Which resource an answer speaks of, in its head or its body; empty: it does not say."""
    for header in ("Location", "Content-Location"):
        # The last of them: the address before may hold the word, too.
        named = re.findall(rf"\b{kind}/([A-Za-z0-9.-]{{1,64}})(?![^/?#])", response.headers.get(header, ""))
        if named:
            return f"{kind}/{named[-1]}"
    said = json_of(response)
    return _reference(said) if said.get("resourceType") == kind else ""


def resource(response: httpx.Response, kind: str) -> Said:
    """A resource of a kind, of which nothing else is checked.

    Raises:
        StepFailed: it is none; with what an outcome in its place says.
    """
    said = json_of(response)
    if said.get("resourceType") != kind:
        raise outcome(said) or StepFailed("wrong_schema", permanent=True)
    return said


def outcome(said: Said) -> StepFailed | None:
    """What an OperationOutcome says went wrong, as a code; None: nothing that there is a code for."""
    if said.get("resourceType") != "OperationOutcome":
        return None
    codes = [each.get("code") for each in objects(said.get("issue"))]
    known = next((_OUTCOMES[code] for code in codes if isinstance(code, str) and code in _OUTCOMES), None)
    return known and StepFailed(known.code, permanent=known.permanent)


def json_of(response: httpx.Response) -> Said:
    """An answer's object; without a content, or with one that is none, an empty one."""
    try:
        return wire.read(response, Said)
    except StepFailed:
        return {}


def objects(sent: object) -> Iterator[Said]:
    """The objects of a list, or the one that stands for it."""
    for each in sent if isinstance(sent, list) else [sent]:
        if isinstance(each, dict):
            yield each


def held(bundle: Said, kind: str, identifier: Mapping[str, str]) -> str:
    """Which resource of a kind in a bundle has an identifier, as in ``Task/1``; empty: none.

    Where there are several all are of one referral; each time it is the same one.
    """
    there = [
        _reference(each)
        for entry in objects(bundle.get("entry"))
        for each in objects([entry.get("resource")])
        if each.get("resourceType") == kind
        and any(identifier.items() <= one.items() for one in objects(each.get("identifier")))
    ]
    return min(filter(None, there), default="")


def is_whole(bundle: Said) -> bool:
    """Whether a bundle shows all that it says there is."""
    shown = sum(isinstance(entry.get("resource"), dict) for entry in objects(bundle.get("entry")))
    total = str(bundle.get("total", 0))
    more = any(link.get("relation") == "next" for link in objects(bundle.get("link")))
    return not more and total.isdecimal() and len(total) <= LONGEST_TOTAL and int(total) <= shown


def _reference(sent: Said) -> str:
    reference = f"{sent.get('resourceType')}/{sent.get('id')}"
    well_formed = re.fullmatch(r"[A-Za-z]+/[A-Za-z0-9.-]{1,64}", reference)
    return reference if well_formed and sent.get("id") else ""


def word(said: str) -> str:
    """A code as FHIR writes it, however a center does."""
    return said.strip().lower().replace("_", "-")


def attendance(task: Said) -> Attendance | None:
    """Whether the person came, where the center says so by code; whatever else it says is not read."""
    codes = {
        word(code).replace("-", "_")
        for business in objects(task.get("businessStatus"))
        for coding in objects(business.get("coding"))
        if isinstance(code := coding.get("code"), str)
    }
    return next((attendance for attendance in Attendance if attendance in codes), None)
