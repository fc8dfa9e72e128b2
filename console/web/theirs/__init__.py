"""Pages of what is somebody's own, or the team's, whether they are on a case or not."""
