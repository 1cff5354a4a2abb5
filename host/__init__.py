"""The only Python here that talks to ComfyUI's internals: watching samplers, decoding, and the pocket model's
sockets.
"""
