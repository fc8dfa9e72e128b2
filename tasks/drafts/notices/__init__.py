"""The notices themselves, by what they are about, as the messages are: who is told what, and when."""
