"""For packages that bring a way out of referrals: what a way is, what it is handed, and what it may say.

A way is a class of the shape of :class:`Way`, announced in the entry-point group ``tatflow.offices``.
``docs/integrators.md`` leads there step by step; ``pytest --tat-office`` holds it to the contract.

================================================  ========================================================
what it is                                        names
================================================  ========================================================
the shape, and what it needs of the subject       ``Way``, ``Answers``, ``Calling``, ``Needs``, ``KNOWN_BY``
what it is handed                                 ``Letter`` with ``Enclosed``; the team's own mail, ``Post``
what it says of a letter                          ``Delivered``, ``Declined``; ``Reply`` is either
how far an office has come                        ``Progress``
why it was not handed over                        ``StepFailed`` with a ``Code``
words of all of these                             ``Attendance``, ``Disclosed``, ``IdentifierKind``,
                                                  ``ReferralKind``, ``ReferralStatus``
a letter as a PDF                                 ``pdf``
HTTP, bounded and never quoted                    ``wire``
secrets and rights to ask                         ``Secret``, ``Access``, ``Bearer``
all the ways in, as keys of a table               ``Credentials``; ``Right`` sends with them
signed messages                                   ``Signer``, ``private_key``, ``public_key``,
                                                  ``verify_response``, ``BadSignature``
what cannot be awaited                            ``in_threads``, ``AT_ONCE``
================================================  ========================================================
"""

from states.correspondence.letter import Enclosed, Letter
from states.errors import BadSignature, StepFailed
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.leaving import Disclosed, ReferralKind, ReferralStatus
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import Attendance
from tasks.far import wire
from tasks.far.credentials import Credentials, Right
from tasks.far.secrets import Secret
from tasks.far.signatures import Signer, private_key, public_key, verify_response
from tasks.far.tokens import Access, Bearer
from tasks.offices.contract import (
    KNOWN_BY,
    Answers,
    Calling,
    Declined,
    Delivered,
    Post,
    Progress,
    Reply,
    Way,
)
from tasks.offices.letter.writing import pdf
from tasks.sources.contract import Code, Needs

__all__ = [
    "AT_ONCE",
    "KNOWN_BY",
    "Access",
    "Answers",
    "Attendance",
    "BadSignature",
    "Bearer",
    "Calling",
    "Code",
    "Credentials",
    "Declined",
    "Delivered",
    "Disclosed",
    "Enclosed",
    "IdentifierKind",
    "Letter",
    "Needs",
    "Post",
    "Progress",
    "ReferralKind",
    "ReferralStatus",
    "Reply",
    "Right",
    "Secret",
    "Signer",
    "StepFailed",
    "Way",
    "in_threads",
    "pdf",
    "private_key",
    "public_key",
    "verify_response",
    "wire",
]
