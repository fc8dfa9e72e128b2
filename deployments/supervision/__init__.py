"""What runs under one `tat up`: its place, its ports, its children; started, watched, started again."""
