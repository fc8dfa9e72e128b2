"""Looking before a step is taken: what it asks, what stands in its way, and what it would send to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.shown.case.asked.fields import (
    Asked,
    Field,
    Fields,
    Folded,
    Group,
    Said,
    closed_up,
    lacking,
    unfolded,
)
from console.shown.case.asked.meanwhile import mark, mine, on_record_now
from console.shown.case.glance import without_reasons
from console.shown.case.opened import Opened
from console.shown.explainer import plainly
from console.web.cases.opening import Case
from console.web.cases.steps.step import Given, Step, no_such_other
from states.access import Actor
from states.errors import (
    BadContent,
    BadInput,
    CaseChanged,
    LeftUnsaid,
    Missing,
    NoSuchCase,
    Refused,
    TatError,
    TransitionRefused,
)
from states.machine import ROWS
from tasks.desk import Desk
from tasks.drafts.foreseen import Foreseen, Owing, foresee


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that would be sent, and all whom it would be sent to."""

    to: tuple[str, ...]
    subject: str
    text: str
    gathered: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody sees of a step before they take it.

    Args:
        fields: what is asked.
        said: what they answered so far.
        possible: whether it goes from where the case stands.
        missing: what stands in the way.
        problems: what would help, as sentences.
        beside: what would help in a field, by its name.
        marks: what stands on record of a field that is, as a mark, by its name.
        meanwhile: of each field that both they and others changed, what the others wrote.
        changed: what others did meanwhile, in words.
        foreseen: what would be owed; None: that is not known before something is answered.
        letters: what would be sent to whom.
    """

    fields: Fields
    said: Said
    possible: bool = True
    missing: tuple[Missing, ...] = ()
    problems: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    foreseen: Owing | None = None
    letters: tuple[Letter, ...] = ()


def look_at(case: Case, step: Step, by: Actor, said: Said, about: str = "") -> Look:
    """What a step asks of somebody, and what stands in its way; what it would send is not looked for yet.

    Args:
        case: the case as it was opened.
        step: the step.
        by: who would take it.
        said: what they answered so far.
        about: id of the record that they chose already; empty: none.
    """
    row = next((each for each in case.opened.possible if each.row.trigger == step.name), None)
    missing = without_reasons(row.missing if row else ())
    asked = fields_of(case, step, by, about)
    said = closed_up(asked, said)
    return Look(
        asked,
        mine(asked, said),
        row is not None or step.name not in ROWS,
        missing,
        marks={one.name: mark(one) for one in unfolded(asked) if one.on_record},
        meanwhile=on_record_now(asked, said),
    )


def fields_of(case: Case, step: Step, by: Actor, about: str = "") -> Fields:
    """What a step asks of somebody; a record that they chose already stands chosen."""
    return tuple(_chosen(one, about) for one in step.fields(asked_of(case, by, about)))


def _chosen(one: Field | Group | Folded, about: str) -> Field | Group | Folded:
    offered = (
        isinstance(one, Field)
        and one.name in ("about", "other")
        and about in [each.value for each in one.options]
    )
    return replace(one, given=(about,)) if isinstance(one, Field) and offered else one


def asked_of(case: Case, by: Actor, about: str = "") -> Asked:
    """Of what the form of a step is made."""
    return Asked(case.opened, case.team, by, case.now, about, case.lapsed)


def ahead(desk: Desk, case: Case, step: Step, by: Actor, look: Look) -> Look:
    """The same look, and what the step would send to whom, once it is known what somebody answers.

    Args:
        desk: the casebook and the settings.
        case: the case as it was opened.
        step: the step.
        by: who would take it.
        look: what is known without it.
    """
    unanswered = not look.said and any(each.needed for each in look.fields)
    if look.missing or not look.possible or unanswered:
        return look
    problems = lacking(look.fields, look.said)
    if problems:
        return replace(look, beside=problems)
    number, given = case.opened.dossier["case"]["number"], Given(look.said, look.fields)
    other = given.other() if step.two else ""
    try:
        owing = foresee(
            desk.book,
            desk.settings,
            number,
            lambda book: step.do(book, number, by, given),
            by=by,
            other=other,
        )
    except NoSuchCase:
        return refused(look, no_such_other())
    except (BadInput, Refused) as refusal:
        return refused(look, refusal)
    return replace(look, foreseen=owing, letters=_letters(case.opened, owing.messages))


def refused(look: Look, refusal: TatError) -> Look:
    """The same look, and why it was refused: what others did, what is missing, or what would help."""
    if isinstance(refusal, CaseChanged):
        return replace(look, changed=refusal.changes or ("somebody wrote to the case",))
    if isinstance(refusal, TransitionRefused):
        in_the_way = without_reasons(refusal.missing)
        if in_the_way:
            return replace(look, missing=in_the_way, problems=("This is not possible yet.",))
        return replace(look, beside={one.given: one.sentence for one in refusal.missing})
    labels = _labels(look)
    if isinstance(refusal, LeftUnsaid):
        return replace(look, beside={name: _left_unsaid(look, refusal) for name in refusal.at})
    if isinstance(refusal, BadContent) and refusal.at.keys() <= labels.keys():
        return replace(
            look, beside={name: _said(name, labels[name], said) for name, said in refusal.at.items()}
        )
    return replace(look, problems=(str(refusal),))


def _labels(look: Look) -> dict[str, str]:
    """What people call each field of a form, those of its groups, too, by what the form calls it."""
    every = unfolded(look.fields)
    rows = [each.rows(look.said) if isinstance(each, Group) else [(each,)] for each in every]
    return {one.name: one.label for each in rows for row in each for one in row}


def _said(name: str, label: str, said: str) -> str:
    """What is wrong with a field, as the form calls it."""
    code = name.rpartition(".")[2]
    if said.startswith(f"{code} "):
        return f"{label}: it{said.removeprefix(code)}"
    return said if said.startswith(label) else f"{label}: {said[:1].lower()}{said[1:]}"


def _left_unsaid(look: Look, refusal: LeftUnsaid) -> str:
    """What a plan leaves unsaid, as whoever reads a page needs it: with the words of each action."""
    ids = [each.id for each in refusal.still_open]
    choices = [each for field in unfolded(look.fields) if isinstance(field, Field) for each in field.options]
    found = {each.value: each.reads for each in choices if each.value in ids}
    return f"{plainly(str(refusal))} Still open: {'; '.join(found.values())}."


def _letters(opened: Opened, messages: Sequence[Foreseen]) -> tuple[Letter, ...]:
    """Messages, those that say the same together."""
    together = dict[tuple[str, str, bool], list[str]]()
    for each in messages:
        together.setdefault((each.subject, each.text, each.gathered), []).append(opened.whom(each.recipient))
    return tuple(
        Letter(tuple(dict.fromkeys(to)), subject, text, gathered)
        for (subject, text, gathered), to in together.items()
    )
