"""The rules of the contract of sources, each with a name that says what a source does when it keeps it.

A rule takes the source apart from the others: what breaks one of them is told by that one.
"""

from tasks.suites import making
from tasks.suites.rules import Rule
from tasks.suites.sources import answering, being, keeping

#: every rule, in the order in which they are tried
RULES: tuple[Rule, ...] = (
    Rule("is made from its table", making.is_made),
    Rule("says what it answers, what it needs and on which basis", being.declares),
    Rule("touches neither network nor file while it is made", making.touches_nothing),
    Rule("refuses a key that it does not know, and repeats no value", making.refuses_unknown_key),
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
