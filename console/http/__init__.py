"""What the web applications share: what requests may take, problem documents, pages and headers."""
