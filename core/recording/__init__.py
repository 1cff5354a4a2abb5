"""A run as it is kept: its calls grouped into states, trajectories, decks, and decks on disk."""
