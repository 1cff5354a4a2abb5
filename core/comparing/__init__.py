"""What is set side by side: sweeps, walks, forward noising, schedules, and the two predictions behind a guess."""
