"""For packages that bring a data source: what a source is, what it is asked, and what it may answer with.

A source is a class of the shape of :class:`Source`, announced in the entry-point group ``tatflow.sources``.
``docs/integrators.md`` leads there step by step; ``pytest --tat-source`` holds it to the contract.

================================================  ========================================================
what it is                                        names
================================================  ========================================================
the shape, what it needs, and on which bases      ``Source``, ``Needs``, ``ACCEPTS``, ``ONE_RECORD``
that it can be tried without asking of anybody    ``Checked``
what it is asked                                  ``Question``
what it answers                                   ``Found`` with ``Fact`` and ``Provenance``, ``NotFound``,
                                                  ``Pending``, ``Refused``, ``Unavailable``; ``Reply`` is any
why it could not                                  ``StepFailed`` with a ``Code``
words of all of these                             ``FactorKind``, ``IdentifierKind``, ``LegalBasis``,
                                                  ``SourceKind``
HTTP, bounded and never quoted                    ``wire``
whether an empty answer says that it failed       ``failures``
secrets and rights to ask                         ``Secret``, ``Access``, ``Bearer``
all the ways in, as keys of a table               ``Credentials``; ``Right`` sends with them
signed messages                                   ``Signer``, ``private_key``, ``public_key``,
                                                  ``verify_response``, ``BadSignature``
what cannot be awaited                            ``in_threads``, ``AT_ONCE``
what can be neither awaited nor stopped           ``Killable``
================================================  ========================================================
"""

from states.correspondence.question import Question
from states.errors import BadSignature, StepFailed
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far import failures, wire
from tasks.far.credentials import Credentials, Right
from tasks.far.killable import Killable
from tasks.far.secrets import Secret
from tasks.far.signatures import Signer, private_key, public_key, verify_response
from tasks.far.tokens import Access, Bearer
from tasks.sources.bases import ACCEPTS, ONE_RECORD
from tasks.sources.contract import (
    Checked,
    Code,
    Fact,
    Found,
    Needs,
    NotFound,
    Pending,
    Provenance,
    Refused,
    Reply,
    Source,
    Unavailable,
)

__all__ = [
    "ACCEPTS",
    "AT_ONCE",
    "ONE_RECORD",
    "Access",
    "BadSignature",
    "Bearer",
    "Checked",
    "Code",
    "Credentials",
    "Fact",
    "FactorKind",
    "Found",
    "IdentifierKind",
    "Killable",
    "LegalBasis",
    "Needs",
    "NotFound",
    "Pending",
    "Provenance",
    "Question",
    "Refused",
    "Reply",
    "Right",
    "Secret",
    "Signer",
    "Source",
    "SourceKind",
    "StepFailed",
    "Unavailable",
    "failures",
    "in_threads",
    "private_key",
    "public_key",
    "verify_response",
    "wire",
]
