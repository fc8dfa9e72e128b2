"""Every call of the API, in the order of a case's way; each file has those of one matter."""

from console.api.call import Call
from console.api.calls import (
    auditing,
    cases,
    danger,
    learning,
    leaving,
    measures,
    people,
    policy,
    reports,
    team,
    upkeep,
)

CALLS: tuple[Call, ...] = (
    *reports.CALLS,
    *cases.CALLS,
    *people.CALLS,
    *danger.CALLS,
    *measures.CALLS,
    *leaving.CALLS,
    *learning.CALLS,
    *team.CALLS,
    *upkeep.CALLS,
    *policy.CALLS,
    *auditing.CALLS,
)
