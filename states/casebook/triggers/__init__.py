"""What moves a case through the process."""
