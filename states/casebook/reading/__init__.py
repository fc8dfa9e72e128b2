"""What people may see of cases; whoever opens one leaves an event."""
