"""Which rows of a police log are reports of concern: rules a committee can read, from the policy pack.

A log files an entry under one or more natures, with a sign between them that its format names. The rules are
asked in this order:

1. One concern in any part of the entry makes it a report of concern.
2. Otherwise one part that needs a person sends the entry to a person.
3. Otherwise the entry is not of concern if every part of it is covered by a rule that says so.
4. Whatever is left needs a person: what no rule knows is never put aside.

Within each step the first rule in the pack's order is the one that is named. Departments have many words for
one thing: a rule may name a kind of nature (``states/intakelog/words/natures.toml``) instead of words. Where
a log has no nature, or one that says nothing ("Other"), its narrative is asked for kinds.
"""

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from states.intakelog.headings import Column
from states.intakelog.natures import NOTHING, kinds, kinds_of
from states.intakelog.rows import LogRow
from states.policy.terms import ClauseId, Strict, Text
from states.vocabulary.people import Verdict


def _kind(name: str) -> str:
    if name not in kinds():
        raise ValueError(f"there is no kind of nature {name!r}; there are: {', '.join(sorted(kinds()))}")
    return name


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


#: an incident type in small letters; ``*`` stands for any text
IncidentPattern = Annotated[str, StringConstraints(pattern=r"^[^A-Z/]+$")]
#: a kind of nature, whatever a department calls it
Kind = Annotated[str, AfterValidator(_kind)]
#: a regular expression, searched for anywhere, in small or capital letters
Regex = Annotated[str, StringConstraints(min_length=1), AfterValidator(_regex)]

_SAID: Final = {
    Verdict.CONCERN: "A report of concern",
    Verdict.NEEDS_A_PERSON: "Needs a person",
    Verdict.NOT_OF_CONCERN: "Not of concern",
}


class Rule(Strict):
    """One rule: what it looks for, and what an entry is in which it finds it.

    Of each list one pattern is enough; of the lists that are given each must be met. Incident and nature are
    one list: of which word, or of which kind, a nature is.

    Args:
        id: the rule's name in lists and sentences.
        verdict: what the entry, or the part of it, is.
        clause: the clause the rule comes from.
        why: the reason, as a sentence shown beside the entry.
        incident: the natures the rule speaks of, by their words; with no kinds either, it speaks of all.
        nature: the kinds of natures the rule speaks of.
        comments: what the comments must say.
        unless: what the comments must not say.
        disposition: what the disposition must say.
        unless_disposition: what the disposition must not say.
        label: the incident type says how the entry was filed, not what happened: it is left out of account
            where another type stands beside it.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
    verdict: Verdict
    clause: ClauseId
    why: Text
    incident: tuple[IncidentPattern, ...] = ()
    nature: tuple[Kind, ...] = ()
    comments: tuple[Regex, ...] = ()
    unless: tuple[Regex, ...] = ()
    disposition: tuple[Regex, ...] = ()
    unless_disposition: tuple[Regex, ...] = ()
    label: bool = False

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not (self.incident or self.nature or self.comments or self.disposition):
            raise ValueError("a rule looks for an incident, a kind of nature, comments or a disposition")
        if self.label and not self.incident:
            raise ValueError("a label names the incident types that are labels")
        return self

    def speaks_of(self, part: str) -> bool:
        """Whether the rule is about this nature, given in small letters."""
        if not self.incident and not self.nature:
            return True
        if self.incident and self._incident.fullmatch(part) is not None:
            return True
        return not kinds_of(part).isdisjoint(self.nature)

    def holds_for(self, row: LogRow) -> bool:
        """Whether the row's comments and disposition are what the rule looks for."""
        comments, disposition = row.said(Column.NARRATIVE), row.said(Column.DISPOSITION)
        if self.comments and not self._comments.search(comments):
            return False
        if self.unless and self._unless.search(comments):
            return False
        if self.unless_disposition and self._unless_disposition.search(disposition):
            return False
        return not self.disposition or self._disposition.search(disposition) is not None

    @cached_property
    def _incident(self) -> re.Pattern[str]:
        return _any_of([fnmatch.translate(pattern) for pattern in self.incident])

    @cached_property
    def _comments(self) -> re.Pattern[str]:
        return _any_of(self.comments)

    @cached_property
    def _unless(self) -> re.Pattern[str]:
        return _any_of(self.unless)

    @cached_property
    def _disposition(self) -> re.Pattern[str]:
        return _any_of(self.disposition)

    @cached_property
    def _unless_disposition(self) -> re.Pattern[str]:
        return _any_of(self.unless_disposition)


class Intake(Strict):
    """The part of a policy pack that says what an imported log's rows are."""

    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _each_its_own_name(self) -> Self:
        names = [rule.id for rule in self.rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules have the same id: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True)
class Classified:
    """What became of one row.

    Args:
        verdict: what the row is.
        rule_id: the rule that said so; empty when no rule did.
        sentence: the reason in plain English; it quotes nothing from the row.
    """

    verdict: Verdict
    rule_id: str
    sentence: str


def classify(row: LogRow, rules: Sequence[Rule], separators: Sequence[str] = ("/",)) -> Classified:
    """Say what a row of a log is (W-03, W-04, A-04).

    Args:
        row: the row.
        rules: the pack's rules, in its order.
        separators: what stands between two natures of one row.

    Returns:
        The verdict, with the rule that gave it. A row that no rule knows needs a person.
    """
    parts = _parts(row, separators)
    labels = [rule for rule in rules if rule.label]
    told = [part for part in parts if not any(rule.speaks_of(part) for rule in labels)] or parts
    holding = [rule for rule in rules if not rule.label and rule.holds_for(row)]
    for verdict in (Verdict.CONCERN, Verdict.NEEDS_A_PERSON):
        for rule in holding:
            if rule.verdict is verdict and any(rule.speaks_of(part) for part in told):
                return Classified(verdict, rule.id, _sentence([rule]))
    covering = [_first_covering(part, holding) for part in told]
    covered = [rule for rule in covering if rule is not None]
    if len(covered) < len(told):
        open_part = covering.index(None) + 1
        return Classified(
            Verdict.NEEDS_A_PERSON,
            "",
            f"Needs a person: no rule knows nature {open_part} of {len(told)}.",
        )
    return Classified(Verdict.NOT_OF_CONCERN, covered[0].id, _sentence(list(dict.fromkeys(covered))))


def _parts(row: LogRow, separators: Sequence[str]) -> list[str]:
    """Give a row's natures in small letters, at least one; an empty line stands between two of them, too."""
    signs = "|".join([r"\n\s*\n", *map(re.escape, separators)])
    parts = [" ".join(part.split()).casefold() for part in re.split(signs, row.said(Column.NATURE))]
    told = [part for part in parts if part and NOTHING not in kinds_of(part)]
    if told:
        return told
    narrative = " ".join(row.said(Column.NARRATIVE).split()).casefold()
    return [narrative if kinds_of(narrative) else next(filter(None, parts), "")]


def _first_covering(part: str, rules: Sequence[Rule]) -> Rule | None:
    covering = (r for r in rules if r.verdict is Verdict.NOT_OF_CONCERN and r.speaks_of(part))
    return next(covering, None)


def _sentence(rules: Sequence[Rule]) -> str:
    reasons = " ".join(f"{rule.why} (rule {rule.id}, {rule.clause})" for rule in rules)
    return f"{_SAID[rules[0].verdict]}. {reasons}"


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
