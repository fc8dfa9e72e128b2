"""What to do about a code that a look-up or a letter ended with; on screen, and in the manual."""

#: for each code that tatflow's own parts give, what happened and what to do
ADVICE: dict[str, str] = {
    "basis_not_accepted": "The source does not accept that legal basis. Ask on one that it accepts.",
    "withheld": "Our own gate let nothing leave. The case says what it would take.",
    "identifier_missing": "The source needs an identifier that was not given. Add it, or waive the source.",
    "kind_not_served": "The source does not answer about that. Plug in one that does.",
    "kind_not_asked": "The policy pack asks no such source any more. Waive it, or put its kind back there.",
    "not_configured": "Nobody answers about that. Plug a source in, or waive it.",
    "timeout": "It took longer than it may. See whether the other side is slow, or ask again later.",
    "source_error": "The source raised an error of its own. Hold it to the contract with pytest "
    "--tat-source.",
    "bad_answer": "The source answered with no reply. Hold it to the contract with pytest --tat-source.",
    "secret_missing": "A secret is not where its table says. Set the variable, or make the Prefect block.",
    "secret_unreachable": "Prefect, which keeps the secret, does not answer. Start it with `tat up`.",
    "unreachable": "Nobody answers at that address, or the line broke. Check the address and the network.",
    "circuit_open": "It failed again and again, and is left alone for a while. Mend it; it is asked again "
    "by itself.",
    "rate_limited": "The other side says that it is asked too often. Ask again later.",
    "server_error": "The other side failed. Ask again later, or tell whoever runs it.",
    "unauthorized": "The other side does not accept our credentials, or not for this. Renew the secret, or "
    "ask whoever runs it for the right.",
    "redirected": "The other side points elsewhere, where our secrets do not go. Correct the address.",
    "rejected": "The other side does not take the request. Check the address and what it is asked by.",
    "too_large": "The answer is longer than it may be. Ask for one subject at a time.",
    "wrong_schema": "The answer is of another shape than was agreed. Check the address and the version.",
    "certificate_unknown": "Nobody we trust vouches for its certificate. Name its authority's file: `ca` in "
    "the table, or SSL_CERT_FILE.",
    "certificate_mismatch": "Its certificate is good for other names. Correct the address, or have it "
    "renewed.",
    "certificate_expired": "Its certificate is past its time, or not yet good. Tell whoever runs it; look "
    "at our clock.",
    "client_certificate_missing": "The other side wants a client certificate. Name ours: "
    "`client_certificate`, `client_key`.",
    "client_certificate_refused": "The other side does not accept our client certificate. Have it renewed "
    "there.",
    "certificate_unreadable": "A file of certificates or keys cannot be used. See that it is there, and is "
    "PEM without a password.",
    "proxy_unreachable": "The proxy on our way out does not answer, or breaks off. Check `proxy` in the "
    "table, or HTTPS_PROXY.",
    "proxy_refused": "The proxy does not let us out, or not there. Check its password, and have the address "
    "allowed.",
    "proxy_misread": "What is kept as the proxy's address is none. It is written as "
    "http://user:password@host:port.",
    "forbidden": "The other side knows us, and does not let us see that. Ask for the right, or the scope.",
    "filter_ignored": "The other side sent records of other people: it does not know filters. Nothing was "
    "kept; ask whoever runs it.",
    "incomplete": "The other side says that there is more than it sends. Ask again later, or look by hand.",
    "kept_no_longer": "Its answer was to be erased before it came, so nothing of it was kept. Phone whoever "
    "runs it about its days and its clock, then ask again.",
    "identifier_unusable": "No identifier looks like that. Correct it in the case.",
    "stale": "The newest export is older than its table allows. See that the other system writes it.",
    "only_changes": "There are exports of changes alone. Put a whole one beside them.",
    "no_file": "There is no export to look into. See that the other system writes it.",
    "no_process": "Our machine could not start the process that looks. See what else runs there; it is asked "
    "again.",
    "unreadable_file": "The export cannot be read, or lacks a column. Compare it with the source's table.",
    "not_told_apart": "It holds more than it shows, and the referral may be among that: it was not sent "
    "again. Ask the office, and have its search by identifier mended.",
    "fhir_not_r4": "It is no FHIR R4 endpoint that takes requests and tasks. Check the address and the "
    "version.",
    "way_error": "The way out raised an error of its own. Hold it to the contract with pytest --tat-office.",
    "too_privileged": "Our login may do more than read. `tat sources check NAME` says what to revoke.",
    "no_search_by_post": "It knows no searches by POST. Leave search out of its table, or set it to get.",
    "several_records": "Several people fit. Look by hand, and put the right identifier into the case.",
}

#: what is said of a code that a stranger's package brings
UNKNOWN = "The manual of the package that brings it says what that means."


def advice(code: str) -> str:
    """What to do about a code."""
    return ADVICE.get(code, UNKNOWN)
