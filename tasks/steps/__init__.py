"""What leaves the building within an effect: one step each, sealed, and tried again by itself."""
