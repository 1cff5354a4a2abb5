"""What each rule says: what was seen, what usually causes it, what would confirm it, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    """`seen` is filled in with {value}, {percent}, {step} and the quantity's own words."""

    seen: str
    usually: str
    confirm: str
    advice: str


def _words(seen: str, usually: str, confirm: str, advice: str) -> Words:
    return Words(seen=seen, usually=usually, confirm=confirm, advice=advice)


_FIRST = "At step {step} {percent} of the numbers of {what} are not finite (NaN or infinite)"
_MODEL = "an attention kernel, float16 that overflows, or a damaged model file"
WORDS: dict[str, Words] = {
    "bad-start": _words(
        "{percent} of the numbers of the starting latent are not finite (NaN or infinite).",
        "The latent or the noise that was handed to the sampler is broken already.",
        "Look at the latent before the sampler: decode it, or sample it with another sampler.",
        "Mend what stands before the sampler: the VAE Encode, the noise, or the run before.",
    ),
    "bad-sampler": _words(
        _FIRST + ", while all guesses before are finite.",
        "The sampler's own arithmetic: a division by a sigma of 0, or an option that it cannot take.",
        "The same run with euler stays finite.",
        "Choose another sampler or scheduler, or set the sampler's options back.",
    ),
    "bad-between": _words(
        _FIRST + ", while all kept guesses before are finite; the sampler calls the model several times a step.",
        f"The model, in a call whose answer no state keeps: {_MODEL}. Or the sampler's own arithmetic.",
        "The same run with euler, which calls the model once a step, says which of the two it is.",
        "Sample once with euler and look at the doctor again.",
    ),
    "bad-model": _words(
        _FIRST + "; x is finite there. It comes from the model, whatever the prompt.",
        f"Inside the model: {_MODEL}.",
        "Start ComfyUI with another attention (--use-pytorch-cross-attention), or with --force-fp32, and run again.",
        "Use the attention or the number format that stays finite; load the model anew if none does.",
    ),
    "bad-prompt": _words(
        _FIRST + "; x is finite, and so is the prediction without the prompt.",
        f"The model with this prompt: a conditioning that is not finite, or {_MODEL}.",
        "Another prompt stays finite; or the same prompt with another attention does.",
        "Encode the prompt again with the text encoder that belongs to the model; then try another attention.",
    ),
    "bad-negative": _words(
        _FIRST + "; x is finite, and so is the prediction with the prompt.",
        f"The model with the negative prompt: a conditioning that is not finite, or {_MODEL}.",
        "An empty negative prompt, or cfg 1, stays finite.",
        "Encode the negative prompt again with the text encoder that belongs to the model.",
    ),
    "bad-guidance": _words(
        _FIRST + ", while both predictions behind it are finite.",
        "A node that changes guidance divides by a spread that is 0, or overflows.",
        "The run without that node stays finite.",
        "Take the guidance node out, or set its strength back.",
    ),
    "bad-decode": _words(
        "The latent is finite to the end, but {percent} of the decoded picture's numbers are not.",
        "The VAE overflows in float16.",
        "The same latent decoded with the VAE in float32 (--fp32-vae) gives a picture.",
        "Start ComfyUI with --fp32-vae or --bf16-vae, or load a VAE that was mended for float16.",
    ),
    "flat-start": _words(
        "The start has no noise in it: all its numbers are the same (sigma {sigma}).",
        "add_noise is off, or the noise is disabled, and the latent is empty.",
        "In the viewer the first state is one even colour.",
        "Let the sampler add noise: add_noise enable, or a noise node in place of Disable Noise.",
    ),
    "empty-source": _words(
        "The run began at sigma {sigma}, where the model expects {percent} of picture, from a latent that is all 0.",
        "denoise below 1 (or a start step above 0) with an empty latent.",
        "denoise 1 gives another picture, with more contrast.",
        "Set denoise to 1, or give the sampler a picture to begin from (VAE Encode).",
    ),
    "noise-left": _words(
        "The run ended at sigma {value}, not at 0: there is noise left in this latent.",
        "end_at_step below steps, return_with_leftover_noise, or sigmas that do not end in 0.",
        "In the viewer the last x_t is grainier than the last guess.",
        "Let the sampler go to the end, or hand this latent to a sampler that goes on from this sigma.",
    ),
    "no-pull": _words(
        "With and without the prompt the predictions are equal to the bit at all {steps} steps: it did nothing.",
        "Both prompts are the same, the conditioning was zeroed, or the text encoder is not the model's.",
        "Another prompt with the same seed gives the same picture.",
        "Look at what feeds positive and negative; connect the text encoder that belongs to the model.",
    ),
    "unused-negative": _words(
        "A negative prompt is written, but the model was never asked with it.",
        "cfg is 1: the guess is then the one with the prompt alone, and the negative prompt is left out.",
        "Another negative prompt gives the same picture.",
        "Raise cfg above 1 if the model can take it; a model distilled for cfg 1 has no negative prompt.",
    ),
    "repeated": _words(
        "At step {steps} (of {of}) the guess is equal to the bit to the one before, though x had changed.",
        "A cache, or a node that skips steps, handed on an old guess.",
        "The run without that node has no equal guesses.",
        "Lower the cache's threshold, or keep it off in the steps that decide the layout.",
    ),
    "same-as-reference": _words(
        "The first guess is equal to the bit to the reference's, from the same start.",
        "What differs does not reach the model: a LoRA without a matching key, a node without effect.",
        "All later guesses are equal, too.",
        "Check that the changed MODEL is the one that the sampler uses, and the LoRA is made for this model.",
    ),
    "lora-nothing": _words(
        "The model passes through a LoRA loader ({loras}), and no weight of it is changed.",
        "The LoRA was made for another model: none of its keys matched.",
        "The log has lines that say: lora key not loaded.",
        "Take a LoRA that was trained on this model's family.",
    ),
    "other-channels": _words(
        "The VAE reads latents of {vae} channels, and these have {latent}.",
        "A VAE of another model.",
        "It cannot decode this latent at all.",
        "Connect the VAE that belongs to the model.",
    ),
    "steps-missing": _words(
        "The sampler before ends at step {before}, this one begins at step {start} of {total}: steps are left out.",
        "end_at_step and start_at_step of the two do not meet.",
        "At the start of this run there is more noise than its sigma says.",
        "Set start_at_step to the end_at_step of the sampler before.",
    ),
    "steps-twice": _words(
        "The sampler before ends at step {before}, this one begins at step {start} of {total}: steps are done twice.",
        "end_at_step and start_at_step of the two overlap.",
        "At the start of this run there is less noise than its sigma says.",
        "Set start_at_step to the end_at_step of the sampler before.",
    ),
    "noise-twice": _words(
        "The sampler before leaves its noise in, and this one adds noise again.",
        "add_noise is on in the second sampler, too.",
        "At the start of this run there is more noise than its sigma says.",
        "Turn add_noise off in this sampler, or return_with_leftover_noise off in the one before.",
    ),
    "noise-nowhere": _words(
        "The sampler before takes out all noise, and this one begins in the middle and adds none.",
        "return_with_leftover_noise is off in the first sampler, and add_noise in the second.",
        "At the start of this run there is less noise than its sigma says.",
        "Turn return_with_leftover_noise on in the sampler before.",
    ),
    "start-loud": _words(
        "The start holds {value} times the noise that sigma {sigma} stands for.",
        "Noise was added to a latent that was noise already, or is scaled wrongly.",
        "With add_noise off, or with an empty latent, the number is 1.",
        "Add noise once: in this sampler, or before it.",
    ),
    "start-quiet": _words(
        "The start holds {value} of the noise that sigma {sigma} stands for.",
        "Noise that was scaled or mixed until it lost its spread, or smoothed.",
        "Plain random noise of the same seed gives 1.",
        "Bring the noise back to a spread of 1; mix noises along the great circle, not along the line.",
    ),
    "stage-loud": _words(
        "This sampler was handed {value} times the noise that sigma {sigma} stands for, and added none itself.",
        "The run before ended at a higher sigma, or noise was added between the two.",
        "The last sigma of the run before differs from the first of this one.",
        "Let this run begin at the sigma at which the one before ends.",
    ),
    "stage-quiet": _words(
        "This sampler was handed {value} of the noise that sigma {sigma} stands for, and added none itself.",
        "The run before ended at a lower sigma, or took out all its noise.",
        "The last sigma of the run before differs from the first of this one.",
        "Let this run begin at the sigma at which the one before ends, or let it add noise.",
    ),
    "noise-drift": _words(
        "At step {step} x holds {value} times the noise that its sigma {sigma} stands for.",
        "Guidance far too strong, an answer read in the wrong way, or a sampler that adds too much noise.",
        "The number comes down with a lower cfg, or with euler.",
        "Lower cfg; set the sampler's eta and s_noise back.",
    ),
    "noise-lost": _words(
        "At step {step} x holds {value} of the noise that its sigma {sigma} stands for.",
        "The model's answer is read in the wrong way (eps as v, as x0), or the start held too little noise.",
        "A plain run without model sampling nodes, with euler, keeps about 1.",
        "Take out the model sampling node, or set it to what the model was trained for; then look at the start.",
    ),
    "implied-low": _words(
        "The model's guesses leave {value} of the noise that sigma stands for (middle of the run, step {step}).",
        "The model's answer is read in the wrong way (v as eps, eps as v), or a LoRA is far too strong.",
        "The other setting of ModelSamplingDiscrete, or the run without LoRA, gives about 1.",
        "Take out the model sampling node, or set it to what the model was trained for.",
    ),
    "implied-high": _words(
        "The model's guesses leave {value} times the noise that sigma stands for (middle of the run, step {step}).",
        "The model's answer is read in the wrong way, guidance is far too strong, or x holds too much noise.",
        "The other setting of ModelSamplingDiscrete, or a plain run from an empty latent, gives about 1.",
        "Take out the model sampling node, or set it to what the model was trained for.",
    ),
    "burnt": _words(
        "At step {step} (sigma {sigma}) guidance makes the guess {value} times as wide as the prompt alone does.",
        "cfg is too high, or guidance is used on a model that was distilled without it.",
        "At half the cfg the number comes near 1, and burnt colours go.",
        "Lower cfg; for a distilled model use cfg 1; or rescale guidance (RescaleCFG).",
    ),
    "off-guess": _words(
        "The final latent lies {percent} of its size from the model's last guess.",
        "The last step is too long for this sampler: scheduler and sampler do not fit.",
        "More steps, or the scheduler karras, bring the number down.",
        "Choose another scheduler for this sampler, or more steps.",
    ),
    "long-last-step": _words(
        "The last guess was made at sigma {sigma}, with {value} times as much noise as picture: detail was"
        " never painted.",
        "A scheduler whose last step is too long, or too few steps; a model made for one step is as it should be.",
        "The scheduler karras, or twice the steps, gives finer detail.",
        "Choose a scheduler that ends in small sigmas, or take more steps.",
    ),
    "reused": _words(
        "At step {steps} (of {of}) the answer is the one of the step before, up to rounding.",
        "A cache (EasyCache, LazyCache, TeaCache and their like) left the model out there.",
        "The run without the cache has no such steps.",
        "Keep the cache off in the first third, where the layout is decided; lower its threshold.",
    ),
    "vae-loss": _words(
        "Decoded and encoded again the latent comes back {percent} of its spread away.",
        "The VAE belongs to another model, or the latent to another space.",
        "A picture of your own, encoded and decoded by this VAE, comes back as it was.",
        "Connect the VAE that belongs to the model.",
    ),
    "wider": _words(
        "The last guess is {value} times as wide as the reference's, from the same start.",
        "A LoRA too strong, several that add up, or guidance too high.",
        "Half the strength brings the number near 1.",
        "Lower the LoRA's strength, or cfg.",
    ),
    "wide-guess": _words(
        "The last guess is {value} times as wide as finished latents are.",
        "cfg or a LoRA too strong; some styles are as wide.",
        "Connect the same run without LoRA, or at a lower cfg, as reference.",
        "Lower cfg or the LoRA's strength, and compare.",
    ),
    "flat-guess": _words(
        "The last guess has {value} of the spread that finished latents have.",
        "A start without noise, denoise below 1 on an empty latent, or a prompt for an even surface.",
        "Another seed gives more contrast.",
        "See in the viewer whether the first state has noise in it.",
    ),
    "far-channel": _words(
        "Channel {channel} of the last guess has a mean {value} times the spread of finished latents away from 0.",
        "A latent of another space, an offset noise too strong, or a very bright or dark picture.",
        "Decoded with the model's own VAE the picture is tinted all over.",
        "Check that latent, model and VAE are of one family.",
    ),
    "still-moving": _words(
        "The guess still moved by {percent} of its size at the last step.",
        "Too few steps, or sigmas that a few-step LoRA was not trained on.",
        "With twice the steps the last move is smaller, and the picture another.",
        "Take more steps, or the sigmas that the LoRA's page names.",
    ),
    "two-guidances": _words(
        "This model takes guidance as an input of its own, and cfg {value} is on as well.",
        "cfg was left at a value for other models.",
        "cfg 1 takes half the time, and is less burnt.",
        "Set cfg to 1 and steer by the guidance node (FluxGuidance).",
    ),
    "few-step-cfg": _words(
        "A file made for few steps ({files}) is used with cfg {value}.",
        "cfg was left at a value for the model without it.",
        "cfg 1 gives softer contrast.",
        "Set cfg to 1, or to what the page of the file names.",
    ),
    "few-step-steps": _words(
        "A file made for few steps ({files}) was given {value} steps.",
        "The number of steps was left at a value for the model without it.",
        "4 to 8 steps give about as good a picture.",
        "Take as many steps as the page of the file names.",
    ),
    "cfg-pp": _words(
        "The sampler {sampler} takes guidance on a scale of its own, from 0 to about 1, and cfg is {value}.",
        "cfg was left at a value for samplers without CFG++.",
        "With cfg 1 the colours are calmer.",
        "Set cfg to a value from 0.5 to 2, or take the sampler without cfg_pp.",
    ),
    "lora-strong": _words(
        "The LoRA {lora} is used at strength {value}; 1 is what it was trained for.",
        "A strength that was raised until something showed.",
        "At strength 1 colours and shapes are calmer.",
        "Set the strength to 1 or less; a LoRA that shows nothing there was made for another model.",
    ),
    "read-otherwise": _words(
        "A node has the model's answer read as {now}; the model was loaded as {own}.",
        "A model sampling node that was made for another model.",
        "Without that node the noise goes as sigma says, and the picture is clean.",
        "Take out the model sampling node, unless the model's page asks for it.",
    ),
    "other-sigmas": _words(
        "A node has raised the largest sigma to {value} times the model's own.",
        "Zero terminal SNR, or sigmas of another model, were turned on for a model without them.",
        "Without that node the first guess is not washed out.",
        "Take out the model sampling node, unless the model's page asks for it.",
    ),
    "other-size": _words(
        "The picture is {width} × {height}: {ratio} times the area of {side} × {side}, which this model was made for.",
        "The empty latent was left at a size for another model.",
        "At the model's own size things are not doubled, nor blurred.",
        "Take an area of about {side} × {side}, and enlarge the picture afterwards.",
    ),
    "two-encoders": _words(
        "The two prompts come from different text encoders ({encoders}).",
        "One of them hangs on another loader that was left in the workflow.",
        "With one encoder for both the picture is another.",
        "Connect positive and negative to the same text encoder, the one that belongs to the model.",
    ),
}  # fmt: skip
