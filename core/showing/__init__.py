"""What is shown of a deck: views, pictures in sheets, charts, paper, pages, and what a browser is handed."""
