"""The proof of the doctor: healthy runs and faults put in on purpose, and what it says of them."""
