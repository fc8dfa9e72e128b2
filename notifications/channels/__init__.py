"""The ways out of the house: mail, chat, folders; envelopes, invitations and addresses."""
