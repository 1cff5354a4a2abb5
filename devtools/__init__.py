"""What dev.py does for people who work on the pack; nothing here is loaded inside ComfyUI."""
