"""What the team is told of each thing that happens to a case, in two sentences."""

from states.vocabulary.effects import Clock

#: what a team notice says for each trigger, and what comes next
NEWS: dict[str, tuple[str, str]] = {
    "report": ("A report of concern came in.", "Somebody screens it: a provisional level, and why."),
    "report_on_closed_case": (
        "A report came in about a closed case.",
        "Screen it; reopen the case if need be.",
    ),
    "screened_lower": (
        "A report was screened lower than what is on record, which stands.",
        "Read both, and agree to the lower level or not: `tat case concur`.",
    ),
    "receive_report": ("Another report came in.", "Read it; a monitored case is reassessed now."),
    "open_inquiry": ("An inquiry was opened.", "Records are being gathered; the team meets and assesses."),
    "assess": (
        "An assessment was put in force.",
        "Develop the plan that the level asks for, or close the case.",
    ),
    "develop_plan": ("Planning has begun.", "Draft the plan, have it approved, and activate it."),
    "revise_plan": ("The plan is being revised.", "Draft the plan that the level asks for now."),
    "begin_reintegration": ("Reintegration has begun.", "Hold the check-ins that were agreed."),
    "resume_monitoring": ("Monitoring has resumed.", "Reassess when it is due."),
    "reopen": ("The case was reopened.", "Records are being gathered anew; the team meets and assesses."),
    "taken_over": (
        "Somebody's part in this case was handed over to you, since they leave the team.",
        "Open it: what is yours now is listed there, and in `tat plan my-actions`.",
    ),
    "put_on": (
        "You were put on this case.",
        "Open it: where it stands and what is next is told there. What lies ahead comes by itself.",
    ),
    "conflict": (
        "Somebody of the team is part of this case, and is kept out of it.",
        "Whoever chairs sees whom, and why: `tat case conflicts`.",
    ),
    "conflict_held": (
        "A report may name somebody of the team, who is held back until that is decided.",
        "Whoever chairs decides: `tat case conflicts`.",
    ),
    "domestic_violence": (
        "A report of domestic violence came in.",
        "Speak with whoever may be in danger, and see that the police have any protective order.",
    ),
    "protective_order": (
        "A protective order was put on file.",
        "The police of each of its sites get a copy, and say that they have it.",
    ),
    "unit_wanted": (
        "A recommendation waits for the vice president of the person's unit.",
        "Say which unit the person belongs to: `tat case unit`.",
    ),
    "reporter_answered": (
        "Somebody who reported has answered the team.",
        "Read it, and answer or say that nothing is to be asked: `tat case conversation`.",
    ),
    "reporter_treated_badly": (
        "Somebody who reported is treated badly because of it, by what is on record.",
        "Speak with them, act, and enter what was done: `tat case treated-badly`.",
    ),
    "invited": (
        "You were brought onto this case for a time.",
        "Open it: until when you see it stands there. Afterwards there is no such case for you.",
    ),
    "stay_over": (
        "Somebody's time on this case is over.",
        "What they still had to do is yours now: open it, and see who goes on.",
    ),
    "glass_broken": (
        "Somebody who is not on this case opened it in an emergency.",
        "See who and why, and say whether it was justified: `tat case guests`, `tat case review-glass`.",
    ),
    "alarm_taken_over": ("Somebody has taken the alarm over.", "See who; review the alarm when it is over."),
}

#: the clock of what comes next, where one runs: a notice says when it is due
NEXT_CLOCK: dict[str, Clock] = {
    "report": Clock.SCREENING,
    "receive_report": Clock.REASSESSMENT,
    "report_on_closed_case": Clock.REOPENING,
    "open_inquiry": Clock.ASSESSMENT,
    "reopen": Clock.ASSESSMENT,
    "assess": Clock.PLAN,
    "resume_monitoring": Clock.REASSESSMENT,
    "conflict_held": Clock.CONFLICT,
    "glass_broken": Clock.BREAK_GLASS,
    "unit_wanted": Clock.UNIT,
    "reporter_answered": Clock.REPORTER_ANSWER,
    "reporter_treated_badly": Clock.REPRISAL,
}
