"""What the chart of measures can be about."""

SETTLING, GUIDANCE, COLOURS, EVERYTHING = "when it settles", "what guidance does", "colours and noise", "everything"
SUBJECTS = (SETTLING, GUIDANCE, COLOURS, EVERYTHING)
