"""The commands of the team, one file or folder for each group."""
