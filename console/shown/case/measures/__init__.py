"""What is done about a case: plans, meetings, referrals, and how it ended."""
