"""The rules of the contract, each with a name that says what a source does when it keeps it.

A rule takes the source apart from the others: what breaks one of them is told by that one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tasks.sources.suite import answering, being, keeping
from tasks.sources.suite.trial import Trial


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that holds for every source.

    Args:
        name: what a source that keeps it does, in plain words.
        check: tries a source; raises ``Broken`` when it breaks the rule, ``NotTried`` when that is unknown.
    """

    name: str
    check: Callable[[Trial], Awaitable[None]]

    def __str__(self) -> str:
        return self.name


#: every rule, in the order in which they are tried
RULES: tuple[Rule, ...] = (
    Rule("is made from its table", being.is_made),
    Rule("says what it answers, what it needs and on which basis", being.declares),
    Rule("touches neither network nor file while it is made", being.touches_nothing),
    Rule("refuses a key that it does not know, and repeats no value", being.refuses_unknown_key),
    Rule("lets itself be stopped", answering.can_be_stopped),
    Rule("answers in time", answering.in_time),
    Rule("leaves the event loop to others", answering.leaves_loop),
    Rule("raises nothing but StepFailed", answering.raises_nothing_bare),
    Rule("answers with one of the five replies", answering.one_of_five),
    Rule("finds the subject that it knows", answering.finds_known),
    Rule("says not found of a subject that it does not know", answering.knows_no_stranger),
    Rule("says where its answer comes from", answering.has_provenance),
    Rule("says unavailable when it cannot look", answering.says_unavailable),
    Rule("reads no identifier that it did not declare", keeping.reads_declared),
    Rule("gives equal answers to equal questions, also at the same time", keeping.is_repeatable),
    Rule("takes its ticket back", keeping.takes_ticket),
    Rule("shows nothing of what it was given or found", keeping.shows_nothing),
)
