"""Disclosing: what leaves a case, each through the gate and each a row (34 CFR 99.32)."""

from dataclasses import replace

from states.casebook.page import Page
from states.gate import Outgoing, let_out
from states.tables import Determination, Disclosure


def disclose(page: Page, outgoing: Outgoing, *, about: str) -> None:
    """Let something of a case leave, and write down that it does; saying so again changes nothing.

    To be called in the transaction before the one in which it leaves: what cannot be written down stays.

    Args:
        page: the case.
        outgoing: what is about to leave; the case's newest emergency determination is added to it.
        about: id of the record that leaves or that causes it.

    Raises:
        Withheld: the policy does not allow it; nothing may leave.
    """
    resting = outgoing
    if not outgoing.determination:
        rows = page.rows(Determination)
        resting = replace(outgoing, determination=rows[-1].id if rows else "")
    rule = let_out(page.pack, resting)
    if not rule.recorded:
        return
    told = page.rows(Disclosure, Disclosure.about == about, Disclosure.recipient == outgoing.recipient)
    if any(set(outgoing.what) <= set(row.what) and row.basis == outgoing.basis for row in told):
        return
    page.add(
        Disclosure(
            case_id=page.case.id,
            at=page.now,
            by=page.by.id,
            recipient_kind=outgoing.to,
            recipient=outgoing.recipient,
            purpose=outgoing.purpose,
            basis=outgoing.basis,
            what=sorted(outgoing.what),
            about=about,
            through=outgoing.through,
            determination_id=resting.determination if outgoing.basis in rule.needs_determination else None,
            clause=rule.clause,
        )
    )
    page.log("disclosed", to=outgoing.to, recipient=outgoing.recipient, basis=outgoing.basis, about=about)
