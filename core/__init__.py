"""The science, in plain torch: nothing here imports ComfyUI.

From the ground up; tests/core/test_floors.py says which folder may import which:

            here: numbers, files, lists of values, latent spaces, the parameterizations
drawing/    charts, heat maps, colours, paper: tools that know no deck
recording/  a run as it is kept: states, trajectories, decks
showing/    views, pictures, sheets          comparing/  sweeps, walks, forward noising, schedules
measuring/  when a run decides what          lora/       LoRA and rank
diagnosing/ what is wrong with a run
telling/    what the browser is told: payloads and pages

The words, used the same way in every file:

x           the latent the sampler holds, x_t, in the model's latent space
x0          the model's guess of the finished latent at that step ("denoised")
sigma       the noise level
direction   (x - x0) / sigma: the noise for eps and v models, the velocity for flow models
cond        the prediction made with the prompt
uncond      the prediction made without it (or with the negative prompt)
state       one x on the way; N steps give N + 1 states, the starting noise and the final latent included
trajectory  one item's way through one run
deck        one or more trajectories side by side, with the name of what differs
recording   the handle that collects runs while a model is sampled
"""
