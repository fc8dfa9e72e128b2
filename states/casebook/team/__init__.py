"""The team: its members, their coming and going, its reviews and its news."""
