"""What keeps the team fit for its work: training, changes of law and policy, agreements with agencies."""
