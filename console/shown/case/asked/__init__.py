"""What steps ask of whoever takes them: fields, groups of them, and what was answered."""
