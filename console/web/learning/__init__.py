"""What the team learns from its own work."""
