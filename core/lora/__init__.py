"""LoRA and rank: files as weights, their spectra, truncation and sweeps, and the low-rank lab."""
