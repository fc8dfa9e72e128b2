"""What benches run beside themselves: databases, a mail server, Prefect with its relay."""
