"""What the browser is told: the payload of each result, with its words, and whole pages."""
