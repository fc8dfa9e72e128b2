"""The reception: the HTTP doors at which systems outside speak to the team, each message signed.

Every door checks who speaks before it reads what they say, and answers with a status and no detail. What
people look at is elsewhere.
"""
