"""What passes between a case and the far sides: a question, a letter, and how far a referral may come."""
