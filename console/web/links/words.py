"""What pages behind links say that was written elsewhere: the catalogues of other languages have it, too."""

from console.shown.alarms import BY, CALLED, EVERYBODY, FAILING, STANDING
from notifications.messages.wording import in_words
from states.casebook.alarms.answers import ANSWERED
from states.casebook.closing.endings import CONCLUDED
from states.casebook.effects.codes import ENOUGH_CODES, NOT_THE_CODE
from states.casebook.effects.links import NOT_THE_NUMBER
from states.casebook.landing.doors import NO_OTHER_WAY
from states.vocabulary.cases import Level
from states.vocabulary.danger import CallStatus, Danger
from states.vocabulary.people import Affiliation
from states.vocabulary.spelling import words
from tasks.offices.letter.writing import LABELS, OF_A_RECOMMENDATION, TITLES

#: what is said of a handbook that nobody named
RULES = "rules that apply"

#: what an alert says: the danger, who the person is, the risk, who is called and how far that has come
OF_ALERTS = (
    *(str(in_words(each)) for kind in (Danger, Level) for each in kind),
    *(words(each) for each in Affiliation),
    *("danger reported as imminent", EVERYBODY, FAILING, "tried {n} times", "phone them"),
    *(*BY.values(), *CALLED.values(), *STANDING.values(), CallStatus.SENT.value, ANSWERED),
)

#: refusals, what is recommended, and what somebody is known by
SAID = (
    *(CONCLUDED, NO_OTHER_WAY, NOT_THE_CODE, ENOUGH_CODES, NOT_THE_NUMBER),
    *OF_ALERTS,
    *(*TITLES.values(), *LABELS.values(), OF_A_RECOMMENDATION, RULES),
)
