"""What is measured of a deck: when it settles, what guidance adds, what colours do; as numbers, charts and tables."""
