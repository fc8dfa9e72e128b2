"""What runs tell cases, the rounds over due clocks, and letting go what a restored backup holds."""
