"""What the team does about a case: plans, meetings, dates."""
