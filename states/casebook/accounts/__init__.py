"""The way into the console: accounts, sign-in with two factors, and sessions."""
