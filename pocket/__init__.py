"""The pocket model: scenes drawn by code, a miniature latent diffusion model, and how it was trained."""
