"""What drives a ComfyUI: servers, clients, browsers, pages and a model with a known answer, for tests and tools."""
