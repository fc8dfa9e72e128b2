"""The institution's own sign-in (OpenID Connect): what its file says, how it is asked, what it answers."""
