"""How every command works: its options, its files, who acts, what it asks, how it ends."""
