"""A stand-in for a law-enforcement partner, `tat partner-stub`: no part of the product, and not the police.

It speaks the partner's side of ``docs/partner-protocol.yaml`` over real HTTP, so that the whole road can be
tried and tested without a partner: it keeps queries in a small database of its own, lets a person at a page
or a script decide them, answers from a police log, calls back, and misbehaves when told to. It shares no code
with the side that asks but the signatures. Identifiers lie in its database in clear: give it invented ones.
"""
