"""Mails that nobody wrote: delivery reports (RFC 3464) and their like; automatic replies (RFC 3834)."""

import re
from email.message import Message
from enum import StrEnum

from tasks.doors.mail.headers import Headers, ids
from tasks.doors.mail.parts import children, is_calendar_answer, kind_of, or_else, text_of


class Sort(StrEnum):
    """What kind of mail it is."""

    #: somebody wrote it
    WRITTEN = "written"
    #: another mail could not be delivered
    FAILED = "failed"
    #: another mail could not be delivered yet, and is tried again
    DELAYED = "delayed"
    #: another mail was delivered, or passed on to where nobody reports
    DELIVERED = "delivered"
    #: an absence notice, a receipt: a machine's answer to another mail
    ANSWER = "answer"


#: what a delivery report says of a recipient (RFC 3464, 2.3.3), gravest first
_ACTIONS = {
    "failed": Sort.FAILED,
    "delayed": Sort.DELAYED,
    "delivered": Sort.DELIVERED,
    "relayed": Sort.DELIVERED,
    "expanded": Sort.DELIVERED,
}

#: the same by the first digit of a status code (RFC 3463, 2)
_CLASSES = {"5": Sort.FAILED, "4": Sort.DELAYED, "2": Sort.DELIVERED}


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


#: who writes what a mail system says
_DAEMON = _any_of(
    *("mailer-?daemon", "mdaemon", "mail-?daemon", "mail delivery (sub)?system", "bounces?[+-]"),
    "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@",  # Exchange, in whatever language it writes
)
#: the same, where people may read and write, too
_POSTMASTER = _any_of("post-?master")

#: how a subject says that a mail came back
_RETURNED = _any_of(
    "undeliver",
    "non-?deliver",
    "not deliver",
    "delivery (status notification|failure|failed|has failed|error|notification)",
    "(mail|message) delivery (failed|failure|error)",
    "returned (mail|message|to sender)",
    "failure notice",
    "mail system error",
    "could ?n[o']t (be )?deliver",
    "unzustellbar|nicht zugestellt|zustellung fehlgeschlagen",
    "non remis|no entregado|no se puede entregar|n[aã]o [eé] poss[ií]vel entregar|n[aã]o entregue",
    "mancata consegna|non recapitabile|impossibile recapitare|onbestelbaar|niet te bezorgen",
    "kan inte levereras|kan ikke leveres|toimitus epäonnistui|nie można dostarczyć|nedoručiteln",
    "配信不能|無法傳遞|未送達|未递送|无法传递|전달되지 않음|배달되지 않음",
    "не удается доставить|недоставленное",
)
#: how a mail system says that it goes on trying
_STILL_TRIED = _any_of(
    "delayed|delivery delay|temporary failure",
    "still being (re)?tried|will be retried|will (re)?try|will keep trying|not yet been delivered",
    "could not send message for|warning: (message|could not)|this is a warning message only",
)

#: how a subject begins that somebody answers or passes on
_PASSED_ON = _any_of(r"\s*(re|aw|fwd?|wg)\s*:")

#: how mail programs begin the subject of an absence notice, where they do not say in a header what it is
_ABSENT = _any_of(
    "automatic reply|auto[- ]?reply|auto[- ]?response",
    "out[- ]of[- ](the )?office|away from (the |my )?(office|mail)",
    "respuesta autom|r[eé]ponse automatique|abwesen|automatische (antwort|abwesen)",
)
#: the same, where nothing else says so: as they stand before the subject that is answered
_SURELY_ABSENT = _any_of(
    r"(automatic reply|auto[- ]?reply|auto-?response|out[- ]of[- ]office( auto-?reply)?)\s*:",
    r"(abwesend|abwesenheit(snotiz|snachricht|smeldung)?|automatische (antwort|abwesenheitsnotiz))\s*:",
    r"(respuesta automática|réponse automatique|risposta automatica|resposta automática)\s*:",
    r"(absence du bureau|absent\(e\)|fuera de (la )?oficina|fuori sede|afwezig)\s*:",
    r"(自動応答|自动答复|자동 회신|автоответ)\s*[:\uff1a]",
    r"(automatisch antwoord|autosvar|automaattinen vastaus|odpowiedź automatyczna)\s*:",
)
_ANSWERING = frozenset(
    {"x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply", "x-vacation"}
)

#: characters of a mail in which a machine says what became of another one
_MOST_SAID = 20_000


def by_machine(mail: Message, said: Headers) -> bool:
    """Whether anything says that nobody wrote a mail: such a one takes nothing over.

    Args:
        mail: the mail.
        said: its headers.
    """
    return (
        _submitted(said) != "no"
        or _precedence(said) in {"auto_reply", "bulk", "junk", "list"}
        or not said.fields.keys().isdisjoint(_ANSWERING)
        or bool(_ABSENT.match(said.subject))
        or kind_of(mail) == "multipart/report"
        or _no_sender(said)
    )


def sort_of(mail: Message, said: Headers, text: str) -> Sort:
    """What kind of mail it is.

    What a machine sends of its own accord, such as what a form on a web page collects, counts as written.

    Args:
        mail: the mail.
        said: its headers.
        text: its text.
    """
    reported = _of_report(mail)
    if reported is not None:
        return reported
    if _from_mail_system(mail, said):
        return _of_other_shape(mail, said, text)
    if _RETURNED.search(said.subject) and not _PASSED_ON.match(said.subject):
        temporary, permanent = _failures(mail)
        if temporary or permanent:
            return Sort.FAILED if permanent else Sort.DELAYED
    if _answers(said) or _answers_in_a_calendar(mail, text):
        return Sort.ANSWER
    return Sort.WRITTEN


def originals(mail: Message, text: str) -> tuple[str, ...]:
    """Message-IDs of the mails that a machine's mail is about: of what it gives back, or names in its text.

    Args:
        mail: the mail.
        text: its text.
    """
    given_back = [part for part in mail.walk() if part is not mail and part.get("Message-ID")]
    blocks = [str(part.get("Original-Message-ID", "")) for part in mail.walk()]
    ours = re.findall(r"[0-9a-f]{40}@tatflow\.invalid", text)
    back = (str(part["Message-ID"]) for part in given_back)
    return ids(*back, *blocks, *(f"<{one}>" for one in ours))


def _of_report(mail: Message) -> Sort | None:
    """What a report says that keeps to RFC 3464 or RFC 8098; None: it is none."""
    parts = children(mail)
    kinds = {kind_of(part) for part in parts}
    blocks = [block for part in parts if kind_of(part) in _STATUS for block in children(part)]
    actions = [str(block.get("Action", "")).partition("(")[0].strip().casefold() for block in blocks]
    statuses = [str(block.get("Status", "")).strip()[:1] for block in blocks]
    found = {_ACTIONS[one] for one in actions if one in _ACTIONS}
    found = found or {_CLASSES[one] for one in statuses if one in _CLASSES}
    for gravest in (Sort.FAILED, Sort.DELAYED, Sort.DELIVERED):
        if gravest in found:
            return gravest
    receipt = kind_of(mail) == "multipart/report" and not kinds.isdisjoint(_RECEIPTS)
    return Sort.ANSWER if receipt else None


_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RECEIPTS = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification", "message/feedback-report"}
)


def _from_mail_system(mail: Message, said: Headers) -> bool:
    returned = bool(_RETURNED.search(said.subject) or _STILL_TRIED.search(said.subject))
    daemon = any(each.match(one) for each in (_DAEMON, _POSTMASTER) for one in (said.address, said.name))
    report = or_else(lambda: str(mail.get_param("report-type", "")).casefold(), str) == "delivery-status"
    machine = _no_sender(said) or _submitted(said) != "no"
    return daemon or report or "x-failed-recipients" in said.fields or (returned and machine)


def _of_other_shape(mail: Message, said: Headers, text: str) -> Sort:
    """What a mail system says that keeps to no standard."""
    temporary, permanent = _failures(mail)
    if permanent:
        return Sort.FAILED
    if temporary or _STILL_TRIED.search(said.subject) or _STILL_TRIED.search(text[:_MOST_SAID]):
        return Sort.DELAYED
    if _answers(said) and not _RETURNED.search(said.subject):
        return Sort.ANSWER
    people = _POSTMASTER.match(said.address) and not (
        by_machine(mail, said) or _RETURNED.search(said.subject)
    )
    return Sort.WRITTEN if people else Sort.FAILED


def _failures(mail: Message) -> tuple[bool, bool]:
    """Whether a mail names recipients that were not reached, for now or for good, in a way that is known."""
    from flufl.bounce import all_failures  # noqa: PLC0415 - most mails are none

    temporary, permanent = or_else(lambda: all_failures(mail), lambda: (frozenset(), frozenset()))
    return bool(temporary), bool(permanent)


def _answers(said: Headers) -> bool:
    """Whether a machine answers another mail: it says so, or it is a machine's, and a reply."""
    reply = bool(ids(said.fields.get("in-reply-to", ""), said.fields.get("references", "")))
    absent = bool(_ABSENT.match(said.subject))
    listed = "list-id" in said.fields or "list-post" in said.fields
    machine = _submitted(said) != "no" or _no_sender(said) or _precedence(said) in {"bulk", "junk"}
    return (
        _submitted(said).startswith("auto-replied")
        or _precedence(said) == "auto_reply"
        or not said.fields.keys().isdisjoint(_ANSWERING)
        or bool(_SURELY_ABSENT.match(said.subject))
        or (machine and (absent or (reply and not listed)))
    )


def _answers_in_a_calendar(mail: Message, text: str) -> bool:
    """Whether all that a mail does is to accept or decline an invitation; who adds a word wrote it."""
    if text.strip():
        return False
    calendars = (part for part in mail.walk() if kind_of(part) == "text/calendar")
    return any(is_calendar_answer(text_of(part)) for part in calendars)


def _submitted(said: Headers) -> str:
    return said.fields.get("auto-submitted", "no").partition(";")[0].strip().casefold() or "no"


def _precedence(said: Headers) -> str:
    return said.fields.get("precedence", "").strip().casefold()


def _no_sender(said: Headers) -> bool:
    return said.fields.get("return-path", "").strip() == "<>"
