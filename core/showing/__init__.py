"""What is shown of a deck: views, pictures in sheets, and decks on paper."""
