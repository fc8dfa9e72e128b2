"""The rules of the contract of ways out, each with a name that says what a way does when it keeps it.

A rule takes the way apart from the others: what breaks one of them is told by that one.
"""

from tasks.suites import making
from tasks.suites.offices import being, handing_over, keeping
from tasks.suites.rules import Rule

#: every rule, in the order in which they are tried
RULES: tuple[Rule, ...] = (
    Rule("is made from its table", making.is_made),
    Rule("says what it tells, what it needs and how its office answers", being.declares),
    Rule("touches neither network nor file while it is made", making.touches_nothing),
    Rule("refuses a key that it does not know, and repeats no value", making.refuses_unknown_key),
    Rule("lets itself be stopped", handing_over.can_be_stopped),
    Rule("hands over in time", handing_over.in_time),
    Rule("leaves the event loop to others", handing_over.leaves_loop),
    Rule("raises nothing but StepFailed", handing_over.raises_nothing_bare),
    Rule("says delivered or declined", handing_over.one_of_two),
    Rule("reaches an office that is there", handing_over.hands_over),
    Rule("does not say delivered when it reaches nobody", handing_over.says_not_handed_over),
    Rule("can be checked without a letter", handing_over.can_be_checked),
    Rule("says how far the office has come, where it is asked", handing_over.says_how_far),
    Rule("reads what it says that it tells", keeping.reads_declared),
    Rule("gives equal answers to equal letters, also at the same time", keeping.is_repeatable),
    Rule("shows nothing of what it was handed", keeping.shows_nothing),
)
