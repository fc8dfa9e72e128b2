"""The plans of a case: what each says, its actions in their order, what it takes over from those before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from console.shown.case.measures.carried import (
    goes_on_from,
    how_far,
    is_open,
    leaves,
    left_to_go_on,
    newest,
    office_of,
)
from console.shown.case.opened import Opened, Row, Says, corrected, record
from console.shown.parts import Part, Text, Tone, pairs, phrase, table
from states.vocabulary.plans import MeasureArea
from states.vocabulary.spelling import words


def plans(opened: Opened) -> Iterator[Part]:
    """The plans, newest last, each with its actions."""
    yield from plans_of(opened, opened.of("plans"))
    agreed = opened.of("plan_actions", plan_id=None)
    if agreed:
        yield _due_list(opened, agreed, "Agreed on at a meeting")
        yield from set_right(opened, agreed)
    for row in opened.of("reintegration_plans"):
        conditions: Says = [("Condition", text) for text in row["content"]["conditions"]]
        yield from record(opened, row, "Reintegration plan", conditions)
        check_ins = opened.of("check_ins", plan_id=row["id"])
        yield _due_list(opened, check_ins, "Check-in")
        yield from set_right(opened, check_ins)


def plans_of(opened: Opened, rows: Iterable[Row]) -> Iterator[Part]:
    """Some of the plans, each with its actions."""
    for row in rows:
        said = row["content"]
        counts = "no longer counts; was " if row["standing"] in ("superseded", "ended") else ""
        approved = (
            phrase(counts, f"by {opened.who(row['approved_by'])}, ", opened.when(row["approved_at"]))
            if row["approved_by"]
            else "not yet"
        )
        says: Says = [
            ("Approved", approved),
            ("Summary", said["summary"]),
            *((words(topic).capitalize(), text) for topic, text in said["topics"].items()),
            ("Is for", _named_targets(opened, row["targets"])),
        ]
        what = f"{words(row['kind']).capitalize()} plan: {row['standing']}"
        yield from record(opened, row, what, says)
        actions = opened.of("plan_actions", plan_id=row["id"])
        if actions:
            yield from _by_area(opened, actions)
            yield from set_right(opened, actions)
        yield from _with_a_plan(opened, row)


def _by_area(opened: Opened, actions: Sequence[Row]) -> Iterator[Part]:
    """The actions of a plan under what each is aimed at; as one list where none says so."""
    numbers = {row["id"]: place for place, row in enumerate(actions, 1)}
    areas = [each.value for each in MeasureArea]
    said = {row["content"].get("area") for row in actions}
    if not said & set(areas):
        yield _due_list(opened, actions, "Action")
        return
    for area in (*areas, None):
        of = [row for row in actions if row["content"].get("area") == area]
        if of:
            called = words(area).capitalize() if area else "In general"
            yield _due_list(opened, of, f"{called}: action", numbers)


#: what a referral's letter tells, and whom
TELLS = (
    "The case's number, who the person is, and the recommendation; an office that is to help, how they are "
    "reached, too, where the policy lets it. The vice president of the person's unit is told the same."
)


def _with_a_plan(opened: Opened, plan: Row) -> Iterator[Part]:
    """What goes with a plan: its referrals, and, before it is in action, what it leaves as it is."""
    referrals = opened.of("referrals", plan_id=plan["id"])
    if referrals:
        yield table(
            ("Referral", "To", "Recommends", "How far"),
            (
                (
                    words(row["kind"]).capitalize(),
                    office_of(opened, row),
                    row["content"].get("recommendation"),
                    how_far(opened, row),
                )
                for row in referrals
            ),
        )
        yield pairs([("Told to each", TELLS)])
    if plan["standing"] not in ("draft", "approved"):
        return
    going_on = left_to_go_on(opened, plan)
    if going_on:
        yield _due_list(opened, going_on, "Goes on from the earlier plan")
    yield from (pairs([("Left out", told)]) for told in (leaves(opened).left_out,) if told)


def _named_targets(opened: Opened, targets: Iterable[str]) -> list[str]:
    """Who may be in danger, of those that a plan is for: by name, or by id where names are not told."""
    names = {row["id"]: row["content"]["name"] for row in opened.of("targets")}
    return [names.get(target) or target[:8] for target in targets]


def _due_list(
    opened: Opened, rows: Iterable[Row], what: str, numbers: Mapping[str, int] | None = None
) -> Part:
    """Actions or check-ins with whose each is and by when, numbered as they stand here or in their plan."""
    ids, rows = not opened.names, list(rows)
    numbers = numbers or {row["id"]: place for place, row in enumerate(rows, 1)}
    ways = any(opened.ways.get(row["id"]) for row in rows)
    after = any(row["content"].get("after") for row in rows)
    from_ = [goes_on_from(opened, row) for row in rows]
    return table(
        (
            # As work that is theirs calls it, where nothing of a case is read.
            "#  Id" if ids else "#No.",
            what,
            *(("After",) if after else ()),
            *(("Goes on from the earlier plan",) if any(from_) else ()),
            *("Owner", "#Due", "#Done"),
            *(("More",) if ways else ()),
        ),
        (
            (
                Text(f"  {row['id'][:8]}", Tone.ID) if ids else numbers[row["id"]],
                row["content"]["what"],
                *((comes_after(opened, row),) if after else ()),
                *((_from(opened, earlier),) if any(from_) else ()),
                opened.who(row["owner"]),
                opened.until(row["due_at"]),
                _done(opened, row),
                *((list(opened.ways.get(row["id"], ())),) if ways else ()),
            )
            for row, earlier in zip(rows, from_, strict=True)
        ),
    )


def _from(opened: Opened, action: Row | None) -> object:
    """What an action goes on from, and whose and by when that was."""
    if action is None:
        return ""
    done = (" (done ", opened.when(action["done_at"]), ")") if action["done_at"] else ()
    whose = f", {opened.who(action['owner']) or 'nobody yet'}, by "
    return phrase(action["content"]["what"], whose, opened.until(action["due_at"]), *done)


def _done(opened: Opened, row: Row) -> object:
    if row.get("waived"):
        return "waived"
    return "goes on in a newer plan" if row.get("continued_by") else opened.when(row["done_at"])


def comes_after(opened: Opened, action: Row) -> str:
    """What an action comes after, and which of that it still waits for."""
    named = [row for row in opened.of("plan_actions") if row["id"] in action["content"].get("after", ())]
    first = [newest(opened, row) for row in named]
    said = "; ".join(row["content"]["what"] for row in first)
    open_ = [row["content"]["what"] for row in first if is_open(row)]
    if not open_:
        return f"{said} (done)" if said else ""
    how = "was done before" if action["done_at"] else "waits for"
    return f"{said}: {how} {'it' if len(first) == 1 else '; '.join(open_)}"


def set_right(opened: Opened, rows: Iterable[Row]) -> Iterator[Part]:
    """What was corrected in a list, below it."""
    for row in rows:
        told = corrected(opened, row)
        if told:
            yield pairs([("Of", row["content"].get("what") or row["content"].get("text")), *told])
