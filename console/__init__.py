"""What people touch: the `tat` command line, and the demo."""
