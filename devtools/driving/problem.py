"""A failure told to the user in one sentence: what failed and what to do."""


class Problem(Exception):
    """Ends the command; its text is all that the user sees, so it names the next step."""
