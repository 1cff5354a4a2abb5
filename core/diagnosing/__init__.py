"""What is wrong with a run, read from the run: quantities, a table of rules, findings; and where two runs part."""
