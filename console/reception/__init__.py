"""The reception: the HTTP doors at which systems outside speak to the team, and offices answer.

Every door checks who speaks before it reads what they say, and answers with a status and no detail. What
people of the team look at is elsewhere.
"""
