"""Words of several tokens, found with ComfyUI's tokenizers: CLIP, T5, Qwen, Llama, with templates and without."""

import pytest
from comfy.text_encoders import anima, aura_t5, cosmos, flux, hunyuan_video, qwen_image, sd3_clip, z_image

from denoiscope.host.attention_words import Prompt, find_words

TEXT = "a lighthouse at dusk, (a red boat:1.2) and a Lighthouse keeper"
TOKENIZERS = {
    "SD3": sd3_clip.SD3Tokenizer,
    "Flux": flux.FluxTokenizer,
    "Flux.2 Klein": flux.KleinTokenizer,
    "Qwen-Image": qwen_image.QwenImageTokenizer,
    "Z-Image": z_image.ZImageTokenizer,
    "AuraFlow": aura_t5.AuraT5Tokenizer,
    "HunyuanVideo": hunyuan_video.HunyuanVideoTokenizer,
    "Cosmos": cosmos.CosmosT5Tokenizer,
    "Anima": anima.AnimaTokenizer,
}


class Tokenizing:
    """What a CLIP does with a prompt before it encodes it."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def tokenize(self, text, return_word_ids=False):
        return self.tokenizer.tokenize_with_weights(text, return_word_ids)


@pytest.fixture(scope="module", params=TOKENIZERS)
def clip(request):
    return Tokenizing(TOKENIZERS[request.param]())


def read_back(clip, prompt: Prompt, places) -> str:
    """What the tokens at these places say, by the tokenizer's own account of them."""
    said = []
    for key, start in prompt.starts.items():
        flat = [token for chunk in prompt.tokens[key] for token in chunk]
        chosen = [(flat[place - start][0], 1.0) for place in places if 0 <= place - start < len(flat)]
        names = own(clip.tokenizer, key).untokenize(chosen)
        said += [name for _, name in names]
    return "".join(said).replace("▁", " ").replace("Ġ", " ").replace("</w>", " ").lower()


def own(tokenizer, key):
    """The tokenizer behind a key."""
    found = getattr(tokenizer, getattr(tokenizer, "clip", ""), None) if hasattr(tokenizer, "clip") else None
    return found or next(getattr(tokenizer, name) for name in (key, f"clip_{key}") if hasattr(tokenizer, name))


def test_every_occurrence_of_a_word_and_of_a_phrase_is_found_and_nothing_else(clip):
    prompt = Prompt(clip, TEXT, None)
    encoders = len(prompt.starts)
    said = [read_back(clip, prompt, prompt.places_of(words)) for words in ("lighthouse", "red boat")]
    if "llama" in prompt.starts:  # some versions of its tokenizer join a word with its neighbours into one token
        assert said[0].count("lighthouse") == 2 and "redboat" in said[1].replace(" ", "")
    else:
        assert [words.split() for words in said] == [["lighthouse"] * 2 * encoders, ["red", "boat"] * encoders]
    assert prompt.places_of("house") == ()
    assert prompt.places_of("castle") == ()


def test_a_word_that_is_not_there_is_named_with_those_that_are(clip):
    with pytest.raises(ValueError, match="'castle' is not among the words .*lighthouse"):
        find_words(clip, TEXT, "castle")


def test_a_template_that_the_encoder_cuts_off_moves_the_words_to_the_front():
    """Qwen-Image's encoder leaves out all before the prompt: `length` is what is left."""
    clip = Tokenizing(qwen_image.QwenImageTokenizer())
    whole = Prompt(clip, TEXT, None)
    size = sum(map(len, whole.tokens["qwen25_7b"]))
    cut = Prompt(clip, TEXT, size - whole._template("qwen25_7b"))
    assert whole._template("qwen25_7b") == 34
    assert [place - 34 for place in whole.places_of("boat")] == list(cut.places_of("boat"))


@pytest.mark.parametrize(("length", "starts"), [(77, {"g": 0}), (154, {"g": 0, "t5xxl": 77})])
def test_sd3_has_the_words_of_its_clips_and_behind_them_those_of_t5(length, starts):
    assert Prompt(Tokenizing(sd3_clip.SD3Tokenizer()), TEXT, length).starts == starts
