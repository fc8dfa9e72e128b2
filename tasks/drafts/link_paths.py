"""Where the links of messages lead, below the address that all of them begin with."""

from collections.abc import Mapping

from states.vocabulary.effects import Clock

#: where an office answers a referral
ANSWERS = "/referrals/answer"

#: where a reporter reads what they may be told of the end
TOLD = "/reports/told"

#: where a reporter comes back with number and secret
RETURNING = "/report/return"

#: where somebody reads what they take over, and says that they do
TAKING_OVER = "/follow-up"

#: where a vice president reads a recommendation about somebody of their unit
RECOMMENDATION = "/recommendations"

#: where an office's own system answers, signed; office and referral follow
CALLS = "/referrals/calls"

#: where whoever is called to an emergency says that they took over
TAKING_OVER_ALARM = "/m"

#: where whoever may be called sees which alarms nobody has taken over, and who is on call
ALARMS = "/alarms"

#: where University Police read again what they were told of a threat that is no emergency
TOLD_POLICE = "/police/told"

#: where a member sets up their account of the console
SETTING_UP = "/account/set-up"

#: where the first of a team enters themselves, by a link that the server's terminal shows
FIRST = "/account/first"

#: where a member sees in which sessions they are signed in, and by what
ACCOUNT = "/account"

#: where somebody who is invited reads of a meeting, and says whether they come; its id follows
MEETINGS = "/meetings"

#: where the semester's meeting is called and held, which is of no case; its id follows
SEMESTER_MEETING = f"{MEETINGS}/semester"

#: where the team sits: who is in the room, and the cases that are on now; a meeting's id follows
SITTING = f"{MEETINGS}/now"

#: where the owner of an action reads what it is, and says that it is done; its id follows
ACTIONS = "/actions"

#: where the owner of a check-in reads what it is, and says how it went; its id follows
CHECK_INS = "/check-ins"

#: where an office reads a text that is to be told outside, and agrees or declines; its id follows
TEXTS = "/texts"

#: where the president and the vice presidents read the counts of the semester
SEMESTER = "/semester"

#: where whoever opened a case in an emergency reads what was said of it, and others who is let to which case
STAYS = "/stays"

#: where the record of reviews of the plan is
REVIEWS = "/reviews"

#: where the team's training is: who had which, and who is current
TRAINING = "/team/training"

#: where the team reads what changed in law and policy, and each says that they did
CHANGES = "/team/changes"

#: where the agreements with other agencies are
AGREEMENTS = "/team/agreements"

#: where the week of the roster is, with shifts that are offered and times off
DUTY = "/team/duty"

#: where whoever looks after the installation sees whether it is in order, and verifies the record
HEALTH = "/admin/health"

#: where the messages are, each as its recipients read it, with what is wrong with a template; a name follows
SHOWN_MESSAGES = "/admin/messages"

#: where the plan in force is, with its approval; the code of a part follows
POLICY = "/admin/policy"

#: where what came in at a door and could not be read waits for a person; its id follows
INTAKE = "/intake"

#: the clocks of the team's own, and the page on which each is cleared
OF_TEAM: Mapping[Clock, str] = {
    Clock.INTAKE: INTAKE,
    Clock.ANNUAL_REVIEW: REVIEWS,
    Clock.TRAINING: TRAINING,
    Clock.READING: CHANGES,
    Clock.AGREEMENT: AGREEMENTS,
    Clock.SHIFT_OFFER: DUTY,
    Clock.POLICY_APPROVAL: POLICY,
}
