"""Who is in a case, and what was reported: the person, reports, alarms, who is kept out."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.shown.case.danger import taker
from console.shown.case.opened import Opened, Row, Says, beside, corrected, record, ways
from console.shown.parts import Part, Phrase, code, codes, pairs, phrase, table
from states.contents.reports import SubjectContent
from states.persons.identity import Identity, agrees
from states.vocabulary.cases import ReprisalWord
from states.vocabulary.people import Affiliation, LinkStatus
from states.vocabulary.spelling import words


def subject(opened: Opened) -> Iterator[Part]:
    """Who the person is, as decided, what was decided before, and the cases that may be about them too."""
    *earlier, holds = opened.of("subjects")
    yield pairs([*_described(opened, holds["content"]), *_decided(opened, holds)])
    yield from ways(opened, holds["id"])
    for row in reversed(earlier):
        yield from record(
            opened, row, "Decided before", [*_described(opened, row["content"]), *_why(opened, row)]
        )
    for link in opened.of("case_links"):
        said = LINKS_SAY[link["status"]]
        why = "; ".join(words(reason) for reason in link["reasons"])
        yield pairs(
            (("Case", opened.to_case(link["other_number"])), ("Is", f"{said} ({why})" if why else said))
        )
        yield pairs(_why(opened, link))
        yield from ways(opened, link["id"])
    into = opened.dossier["case"]["merged_into"]
    if into:
        yield pairs((("Goes on in", opened.to_case(into)),))
        yield from ways(opened, into)
    for relation in opened.of("case_relations"):
        if relation["ended_at"] is None:
            said = RELATED[relation["kind"]][relation["side"] == "second"]
            yield pairs((("Case", opened.to_case(relation["other_number"])), ("Is", said)))
            yield pairs(_why(opened, relation))
            yield from ways(opened, relation["id"])


#: what two cases have to do with each other, as the page of the first says it, and that of the second
RELATED = {
    "acting_together": ("the two act together", "the two act together"),
    "target_of": ("this person is in danger from that one", "that person is in danger from this one"),
    "false_report_on": (
        "this person made a false report on that one",
        "that person made a false report on this one",
    ),
    "other": ("has to do with this case", "has to do with this case"),
}


#: what a link to another case says
LINKS_SAY = {
    LinkStatus.CANDIDATE: "may be the same person",
    LinkStatus.CONFIRMED: "the same person",
    LinkStatus.REJECTED: "not the same person",
    LinkStatus.WITHDRAWN: "nothing is said of it any more",
}


def _described(opened: Opened, known: Row) -> Says:
    """Who somebody is, as a record gives it; what an older release kept has no further names and sites."""
    sites = [known["site"], *known.get("further_sites", ())]
    titles = opened.pack.affiliations
    return [
        ("Name", known["name"] or "unknown"),
        ("Also known as", ", ".join(known.get("also_known_as", ()))),
        ("Affiliation", ", ".join(titles[Affiliation(code)].title for code in known["affiliations"])),
        ("Sites", ", ".join(opened.pack.site(code).name for code in sites) if len(sites) > 1 else ""),
        ("Other identification", known["other_identification"]),
        *((words(kind).capitalize(), value) for kind, value in known["identifiers"].items()),
        *((words(each["kind"]).capitalize(), each["value"]) for each in known.get("further_identifiers", ())),
    ]


def _decided(opened: Opened, row: Row) -> Says:
    first = len(opened.of("subjects")) == 1
    how = (
        "as reported; nobody has decided yet"
        if first
        else phrase(opened.when(row["at"]), f" by {opened.who(row['by'])}")
    )
    return [
        ("Decided", phrase(how, f" ({row['id'][:8]})" if opened.id(row["id"]) else "")),
        *_why(opened, row),
    ]


def _why(opened: Opened, row: Row) -> Says:
    return [
        (
            "Because",
            phrase(
                f"{each['content'].get('text', '')} ({opened.who(each['by'])}, ",
                opened.when(each["at"]),
                ")",
                *beside(opened, each),
            ),
        )
        for each in opened.of("remarks", about=row["id"])
    ]


def _as_reported(opened: Opened, said: Row) -> Says:
    """Who the report is about, in the reporter's words, beside who the person was decided to be."""
    decided = Identity.of(SubjectContent.model_validate(opened.of("subjects")[-1]["content"]))
    reported = SubjectContent.model_validate(said["subject"])
    told = ", ".join(
        str(value) for name, value in _described(opened, said["subject"]) if value and name != "Affiliation"
    )
    differs = not agrees(decided, Identity.of(reported))
    return [
        ("About, as reported", told),
        ("", "NAMES SOMEBODY ELSE than this case is about: does it belong here?" if differs else ""),
    ]


def reports(opened: Opened) -> Iterator[Part]:
    """The reports of concern, oldest first."""
    for row in opened.of("reports"):
        said = row["content"]
        if row["moved_to"]:
            gone = (
                ("Moved to", opened.to_case(row["moved_to"])),
                ("Received", opened.when(row["received_at"])),
            )
            yield from record(opened, row, "A report that is about somebody else", gone)
            continue
        waiting = row["channel"] == "verbal" and row["follow_up"] is None
        says: Says = [
            ("Counts", "" if row["standing"] == "stands" else f"no: {words(row['standing'])}"),
            ("Came from", opened.to_case(row["came_from"])),
            ("Received", opened.when(row["received_at"])),
            *_by_door(opened, row),
            ("Danger", "IMMINENT" if row["imminent"] else ""),
            ("What makes it one", codes(said.get("dangers", ()))),
            ("Threatened for", said.get("threatened_for")),
            *_as_reported(opened, said),
            ("Behavior of concern", said["behaviour_of_concern"]),
            ("Occurred", f"{said['occurred_on'] or ''} {said['occurred_at']}".strip()),
            ("Kinds", codes([*said["behaviours"], *said["means"], *said["timing"]])),
            ("Implied", _implied(said)),
            ("Able to carry it out", said.get("ability", "unknown")),
            ("Taken by", opened.whom(said.get("taken_by") or "")),
            ("In danger", codes(said.get("endangered", ()))),
            ("Names of those in danger", ", ".join(said.get("endangered_names", ()))),
            ("Specific threat", said["specific_threat_or_event"]),
            ("Reporter", _person(said["reporter"])),
            ("Willing to talk", _ANSWERED[said["willing_to_talk"]]),
            ("Told", "by telephone" if said.get("by_phone") else ""),
            ("Mail", "" if said.get("may_be_mailed", True) else "wants none of questions"),
            ("Privacy", "asked for: do not name the reporter" if row["private"] else ""),
            *_talks(opened, row["id"]),
            *_conversation(opened, row["id"]),
            *_reprisals(opened, row["id"]),
            ("Other contact", _other(said)),
            ("Seen", _SEEN[said["own_observation"]]),
            *_files(opened, row["id"]),
            ("Follows up", _of_report(opened, said.get("follows_up", ""))),
            ("Written follow-up", "not here yet" if waiting else _of_report(opened, row["follow_up"])),
        ]
        yield from record(opened, row, f"{words(row['channel']).capitalize()} report", says)


#: what a report says of a question that nobody has to answer
_ANSWERED = {True: "yes", False: "no", None: "not said"}

#: whether the reporter saw it, as far as that is not the usual
_SEEN = {
    True: "",
    False: "not by the reporter themselves",
    None: "not said whether by the reporter themselves",
}


def _other(said: Mapping[str, Any]) -> str:
    """Whether the reporter knows somebody else who may know more, and whom they name."""
    answered, named = said.get("has_other_contact"), _person(said["other_contact"])
    return named if named and answered is None else ": ".join(filter(None, (_ANSWERED[answered], named)))


def _implied(said: Mapping[str, Any]) -> str:
    """Whether a threat was hinted at; of what is no threat nothing."""
    if said["implied"] is None:
        return "not said" if said["means"] or said["timing"] else ""
    return "yes: no threat in words" if said["implied"] else ""


def _conversation(opened: Opened, report: str) -> Says:
    """What the team asked those who reported, and what they answered, oldest first."""
    return [
        (
            "Asked" if each["from_team"] else "Answered",
            phrase(opened.when(each["at"]), f": {each['content']['text']}"),
        )
        for each in opened.of("report_messages", about=report)
    ]


def _by_door(opened: Opened, report: Row) -> Says:
    """The doors that a report came in by, and whether its sender was told that it was taken up."""
    return [
        (
            "Came in by",
            phrase(
                code(tip["door"]),
                "; answered " if tip["answered_at"] else "; not answered yet",
                opened.when(tip["answered_at"]),
                _JOINED.get(tip["content"].get("joined_by", "")),
            ),
        )
        for tip in opened.of("tips", report_id=report["id"])
    ]


#: by what a report joined the case, as its sender says
_JOINED = {
    "same_id": "; goes on with what came in before under its id",
    "reply": "; answers a message of this case, by what it says itself",
    "number": "; names this case's number",
}


def _files(opened: Opened, about: str) -> Says:
    """The files that came with a record; `tat case file` writes one out."""
    return [("File", _file(opened, each)) for each in opened.of("attachments", about=about)]


def _of_report(opened: Opened, report: str | None) -> Phrase | str:
    """Another report of the case, by when it came in, or by its id where ids stand for themselves."""
    found = opened.of("reports", id=report) if report and opened.names else []
    return phrase("the report of ", opened.when(found[0]["received_at"])) if found else (report or "")[:8]


def _file(opened: Opened, row: Row) -> str:
    said = row["content"]
    who = row["withheld"].get("name")
    unnamed = f"name withheld ({who} can tell)" if who else "without a name"
    name, digest = said.get("name") or unnamed, said.get("digest", "")[:16]
    return f"{name}, {row['media_type']}, {row['size']:,} bytes, SHA-256 {digest}" + (
        f" ({row['id'][:8]})" if opened.id(row["id"]) else ""
    )


def conflicts(opened: Opened) -> Iterator[Part]:
    """Who is, or may be, kept out of the case; and why, to whoever chairs."""
    found = opened.of("conflicts")
    knows = any("role" in row for row in found)
    rows = [
        (
            opened.who(row["member"]),
            code(row["status"]),
            opened.who(row["decided_by"]) or "nobody yet",
            opened.when(row["decided_at"]),
            *((code(row["role"]), code(row["match"]), _said(opened, row)) if knows else ()),
        )
        for row in found
    ]
    if rows:
        why = ("May be", "Found by", "Because") if knows else ()
        yield table(("#Member", "Status", "Decided by", "#When", *why), rows)


def _said(opened: Opened, row: Row) -> str:
    return "; ".join(f"{opened.who(each['by'])}: {each['text']}" for each in row["content"].get("said", ()))


def alarms(opened: Opened) -> Iterator[Part]:
    """The alarms that were raised."""
    for row in opened.of("alarms"):
        followed = "another alarm took its place" if row["followed_by"] else "NOT YET"
        says: Says = [
            ("What", codes(row["dangers"])),
            ("Taken over", opened.when(row["taken_over_at"]) or followed),
            *_answers(opened, row["id"]),
            ("Police alerted", opened.when(row["police_alerted_at"]) or "NOT YET"),
            ("Reviewed", opened.when(row["reviewed_at"]) or "not yet"),
        ]
        yield from record(opened, row, "Alarm", says)


def _answers(opened: Opened, alarm: str) -> Says:
    """Who answered an alarm, oldest first: name or badge, agency, how they said so, and what stood there."""
    return [
        line
        for each in opened.of("alarm_answers", alarm_id=alarm)
        for line in (
            (
                "By" if each["took_over"] else "Answered, did not take over",
                phrase(taker(opened, each), ", ", opened.when(each["at"]), *beside(opened, each)),
            ),
            *corrected(opened, each),
        )
    ]


def _talks(opened: Opened, report: str) -> Says:
    """The talks with a reporter about giving up their privacy, oldest first, and what stood there."""
    return [
        line
        for each in opened.of("privacy_talks", report_id=report)
        for line in (
            (
                "Talked with",
                phrase(
                    opened.when(each["talked_at"]),
                    f", by {opened.who(each['by'])}: {each['content']['said']}",
                    *beside(opened, each),
                ),
            ),
            *corrected(opened, each),
        )
    ]


def _reprisals(opened: Opened, report: str) -> Says:
    """Whether whoever reported is treated badly, and what was done, oldest first, and what stood there."""
    return [
        line
        for each in opened.of("reprisals", report_id=report)
        for line in (
            (
                "Treated badly",
                phrase(
                    opened.when(each["at"]),
                    f", {REPRISAL_SAYS[each['word']]}",
                    f" (entered by {opened.who(each['by'])})",
                    _of_reprisal(each),
                    *beside(opened, each),
                ),
            ),
            *corrected(opened, each),
        )
    ]


#: what an entry says of it, by its word
REPRISAL_SAYS = {
    ReprisalWord.SAID: "they say that they are",
    ReprisalWord.SEEN: "somebody saw it",
    ReprisalWord.NOTHING: "asked, they say that they are not",
    ReprisalWord.NOT_ASKED: "they are not asked",
    ReprisalWord.ACTED: "somebody did something about it",
}


def _of_reprisal(row: Row) -> str:
    said = row["content"]
    if row["withheld"]:
        return f" (withheld: {next(iter(row['withheld'].values()))} can tell)"
    who, day, text = said["who"], said["noticed_on"], said["text"]
    more = ", ".join(filter(None, (who, str(day or ""))))
    return (f" ({more})" if more else "") + (f": {text}" if text else "")


def _person(person: Row) -> str:
    return ", ".join(person[part] for part in ("name", "phone", "email") if person.get(part))
