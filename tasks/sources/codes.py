"""What to do about a code that a look-up ended with; on screen, and in the manual."""

#: for each code that tatflow's own parts give, what happened and what to do
ADVICE: dict[str, str] = {
    "basis_not_accepted": "The source does not accept that legal basis. Ask on one that it accepts.",
    "withheld": "Our own gate let nothing leave. The case says what it would take.",
    "identifier_missing": "The source needs an identifier that was not given. Add it, or waive the source.",
    "kind_not_served": "The source does not answer about that. Plug in one that does.",
    "not_configured": "Nobody answers about that. Plug a source in, or waive it.",
    "timeout": "It took longer than it may. See whether the other side is slow, or ask again later.",
    "source_error": "The source raised an error of its own. Hold it to the contract with pytest "
    "--tat-source.",
    "bad_answer": "The source answered with no reply. Hold it to the contract with pytest --tat-source.",
    "secret_missing": "A secret is not where its table says. Set the variable, or make the Prefect block.",
    "secret_unreachable": "Prefect, which keeps the secret, does not answer. Start it with `tat up`.",
    "unreachable": "Nobody answers at that address, or the line broke. Check the address and the network.",
    "rate_limited": "The other side says that it is asked too often. Ask again later.",
    "server_error": "The other side failed. Ask again later, or tell whoever runs it.",
    "unauthorized": "The other side does not accept our credentials. Renew the secret.",
    "redirected": "The other side points elsewhere, where our secrets do not go. Correct the address.",
    "rejected": "The other side does not take the request. Check the address and what it is asked by.",
    "too_large": "The answer is longer than it may be. Ask for one subject at a time.",
    "wrong_schema": "The answer is of another shape than was agreed. Check the address and the version.",
    "no_file": "There is no export to look into. See that the other system writes it.",
    "unreadable_file": "The export cannot be read, or lacks a column. Compare it with the source's table.",
    "several_records": "Several people fit. Look by hand, and put the right identifier into the case.",
}

#: what is said of a code that a stranger's source brings
UNKNOWN = "The source's own manual says what that means."


def advice(code: str) -> str:
    """What to do about a code."""
    return ADVICE.get(code, UNKNOWN)
