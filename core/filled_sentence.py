"""Sentences that the browser can say in another language: notes and errors that Python writes in English.

The tables js/viewer/language/*_reports.js have the same sentence, with {1} and {2} for its values.
"""


def filled(sentence: str, *values: object) -> str:
    """The sentence with its values; it must stand at the call as it does in the tables.

    >>> filled("They part at step {1}, at {2}.", 3, "{1}")
    'They part at step 3, at {1}.'
    """
    return sentence.format(None, *values)
