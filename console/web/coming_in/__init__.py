"""How members come into the console: signing in, their account, and showing again that it is they."""
