"""A sweep too large for one machine: cut into shards, handed to several ComfyUI servers, joined into one deck."""
