"""What is kept of a team and by it on screen: members, duty, training, stays on cases."""
