"""What leaves the team in writing: messages, templates, invitations and the channels that carry them."""
