"""The course's texts: read from course/, one source for the panel, the notes in the graphs and the pages."""
