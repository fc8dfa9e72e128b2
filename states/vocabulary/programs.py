"""The words for programs that come in with a token, and what they may do at most."""

from enum import StrEnum


class Scope(StrEnum):
    """What a token is for; it never gives more than its member may."""

    #: take in reports of concern, and nothing else
    REPORT = "report"
    #: read what the member may read; each reading of content is on record, as the member's
    READ = "read"
    #: write what the member may write on cases, reports included
    WRITE = "write"
    #: what the member may do about the team: its members, who is on call, its reviews
    TEAM = "team"
    #: what asks people for their second factor again: erase, export, change roles
    GRAVE = "grave"
