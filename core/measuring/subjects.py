"""What the chart of measures can be about."""

SETTLING, GUIDANCE, COLOURS, EVERYTHING = "when it settles", "what guidance does", "colours and noise", "everything"
LIKENESS, TIME = "likeness of pictures", "time of steps"
SUBJECTS = (SETTLING, GUIDANCE, COLOURS, LIKENESS, TIME, EVERYTHING)
