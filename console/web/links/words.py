"""What pages behind links say that was written elsewhere: the catalogues of other languages have it, too."""

from states.casebook.closing.endings import CONCLUDED
from states.casebook.effects.codes import ENOUGH_CODES, NOT_THE_CODE
from states.casebook.effects.links import NOT_THE_NUMBER
from states.casebook.landing.doors import NO_OTHER_WAY
from tasks.offices.letter.writing import LABELS, OF_A_RECOMMENDATION, TITLES

#: what is said of a handbook that nobody named
RULES = "rules that apply"

#: refusals, what is recommended, and what somebody is known by
SAID = (
    *(CONCLUDED, NO_OTHER_WAY, NOT_THE_CODE, ENOUGH_CODES, NOT_THE_NUMBER),
    *(*TITLES.values(), *LABELS.values(), OF_A_RECOMMENDATION, RULES),
)
