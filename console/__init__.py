"""What people touch: the `tat` command line, what is on screen, the demo; and the reception's pages."""
