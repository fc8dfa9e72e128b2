"""Who may be in danger, and what a court ordered to protect them."""
