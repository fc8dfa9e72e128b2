"""Encrypted lines: who vouches for the far side, who we are there, and why one does not stand.

==============================  ==================================================================
code                            what happened
==============================  ==================================================================
``certificate_unknown``         nobody whom we trust vouches for the far side's certificate
``certificate_mismatch``        the far side's certificate is good for other names
``certificate_expired``         the far side's certificate is not good any more, or not yet
``client_certificate_missing``  the far side wants a client certificate, and we showed none
``client_certificate_refused``  the far side does not accept our client certificate
``certificate_unreadable``      a file of certificates or keys of ours cannot be used
==============================  ==================================================================

Trusted is whom the machine trusts, by OpenSSL's own rules (``SSL_CERT_FILE``, ``SSL_CERT_DIR``), and, where
neither is set, certifi's list; or, where a far side has an authority of its own, that authority alone.
"""

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import certifi

from states.errors import StepFailed

#: every code above
CODES = frozenset(
    {
        "certificate_unknown",
        "certificate_mismatch",
        "certificate_expired",
        "client_certificate_missing",
        "client_certificate_refused",
        "certificate_unreadable",
    }
)

#: what OpenSSL calls its findings about a certificate (X509_V_ERR_…, openssl/x509_vfy.h)
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME, _OTHER_ADDRESS = 62, 64

#: what a far side ends a handshake with that has no use for our certificate, or for our having none
#: (RFC 8446, 6.2; before TLS 1.3, a missing one is a handshake failure)
_OF_OURS = (
    "ALERT_CERTIFICATE_REQUIRED",
    "ALERT_HANDSHAKE_FAILURE",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_UNKNOWN_CA",
    "ALERT_ACCESS_DENIED",
)


@dataclass(frozen=True, slots=True)
class Papers:
    """Whom we trust at one far side, and who we are there.

    Args:
        ca: a file of authorities' certificates (PEM), which alone are trusted; None: those of the machine.
        certificate: a file with our certificate (PEM); None: we show none.
        key: the file of its key; None: it lies in the certificate's file.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


#: nothing of one's own: the machine's authorities, and no certificate of ours
USUAL = Papers()


def context(papers: Papers = USUAL) -> ssl.SSLContext:
    """What an encrypted line is made with; a file that changes is read anew.

    Args:
        papers: whom we trust, and who we are.

    Raises:
        StepFailed: ``certificate_unreadable``: a file is missing, or is not what it should be.
    """
    files = (papers.ca, papers.certificate, papers.key, *map(_path, ("SSL_CERT_FILE", "SSL_CERT_DIR")))
    try:
        return _made(papers, tuple((file, _stamp(file)) for file in files))
    except OSError:  # of a file that is not there, and of one that holds something else
        pass
    raise StepFailed("certificate_unreadable", permanent=True)


def problem(error: BaseException, papers: Papers = USUAL) -> str:
    """Which of the codes above an error comes down to; empty: none.

    Args:
        error: what was raised, with what it was raised from.
        papers: what the line was to be made with.
    """
    for each in _chain(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            match each.verify_code:
                case code if code in (_OTHER_NAME, _OTHER_ADDRESS):
                    return "certificate_mismatch"
                case code if code in (_EXPIRED, _NOT_YET_VALID):
                    return "certificate_expired"
                case _:
                    return "certificate_unknown"
        if isinstance(each, ssl.SSLError) and (each.reason or "").endswith(_OF_OURS):
            return "client_certificate_refused" if papers.certificate else "client_certificate_missing"
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _path(variable: str) -> Path | None:
    given = os.environ.get(variable)
    return Path(given) if given else None


def _stamp(file: Path | None) -> tuple[int, int]:
    """By what a file is known to have changed; one that is not there is an error only where it is read."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        found = None
    return (found.st_mtime_ns, found.st_size) if found is not None else (0, 0)


@lru_cache(maxsize=64)  # Reading all authorities takes longer than most requests.
def _made(papers: Papers, files: tuple[tuple[Path | None, tuple[int, int]], ...]) -> ssl.SSLContext:
    *_, (named, _), (folder, _) = files
    if papers.ca is not None:
        made = ssl.create_default_context(cafile=str(papers.ca))
    else:
        made = ssl.create_default_context()
        if named is not None:
            # OpenSSL takes a file that is not there for one that is empty.
            made.load_verify_locations(cafile=str(named))
        elif folder is None:
            made.load_verify_locations(cafile=certifi.where())
    if papers.certificate is not None:
        # Without a password at hand, OpenSSL would ask at the terminal.
        made.load_cert_chain(papers.certificate, papers.key, password="")
    return made
