"""How the pocket model came to be. Nothing here is imported when ComfyUI starts."""
