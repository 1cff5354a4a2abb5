"""Recorded attention against the layers' own projections, for the pocket model and for miniature U-Nets."""

import comfy.samplers
import pytest
import torch
from comfy.ldm.modules.attention import CrossAttention
from comfy_extras.nodes_custom_sampler import Guider_DualCFG

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.recording.recording import Recording
from denoiscope.devtools.driving.analytic_model import analytic_model
from denoiscope.host import pocket
from denoiscope.host.attention import with_attention
from denoiscope.host.attention_reading import AREA, OTHER_PROMPT, REPLACED
from denoiscope.host.attention_words import find_words, marked_prompt
from denoiscope.host.cells import sample_cells
from denoiscope.host.recorder import record
from denoiscope.host.sampling import sample
from denoiscope.host.start import start_from

from . import miniature_unets

PROMPT, WORDS = "a red house under a big sun", "house, big sun"
STEPS = 2


def the_pocket():
    weights = pocket.read_weights()
    return pocket.build_model(weights), pocket.build_clip(weights)


MODELS = {"pocket": the_pocket, "SD 1.5": miniature_unets.sd15, "SDXL": miniature_unets.sdxl}


@pytest.fixture(scope="module", params=MODELS)
def parts(request):
    return MODELS[request.param]()


@pytest.fixture(scope="module")
def small():
    return miniature_unets.sd15()


def plain_prompt(clip, text):
    return clip.encode_from_tokens_scheduled(clip.tokenize(text))


def empty(model, batch=1):
    return {"samples": torch.zeros(batch, model.get_model_object("latent_format").latent_channels, 16, 16)}


def run(model, positive, negative, *, batch=1, cfg=3.0, sampler="euler", items=None, steps=STEPS):
    """The LATENT and the trajectories of a recorded run."""
    choose = {} if items is None else {"choose": lambda size: items}
    recording = Recording(budget_bytes=2**30, **choose)
    settings = {"seed": 3, "steps": steps, "cfg": cfg, "sampler_name": sampler, "scheduler": "normal", "denoise": 1.0}
    latent = sample(
        record(model, recording), positive=positive, negative=negative, latent=empty(model, batch), **settings
    )["samples"]
    return latent, recording.run_of(latent).deck().trajectories


class Projections:
    """What every cross-attention layer projects, call by call: an account of its own of what was attended to."""

    def __init__(self, model):
        self.calls = []
        self.handles = []
        for layer in model.get_model_object("diffusion_model").modules():
            if isinstance(layer, CrossAttention):
                self.handles.append(layer.register_forward_hook(self.seen, with_kwargs=True))

    def seen(self, layer, args, kwargs, result):
        if kwargs["context"] is None or kwargs["context"].shape[1] == args[0].shape[1]:
            return  # the picture's places attend to each other
        q, k = layer.to_q(args[0]), layer.to_k(kwargs["context"])
        scores = [
            torch.einsum("bpc,btc->bpt", a, b) / layer.dim_head**0.5
            for a, b in zip(q.split(layer.dim_head, -1), k.split(layer.dim_head, -1), strict=True)
        ]
        self.calls.append(torch.stack([score.exp() / score.exp().sum(-1, keepdim=True) for score in scores]).mean(0))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        for handle in self.handles:
            handle.remove()

    def of_size(self, size, rows):
        """The mean over the layers with so many rows and columns, and how many they are: [item, place, token]."""
        layers = [call[rows] for call in self.calls if call.shape[1] == size[0] * size[1]]
        return torch.stack(layers).mean(0), len(layers)


def test_shares_are_those_of_the_layers_own_projections_in_the_prompted_half_of_each_item(parts):
    model, clip = parts
    positive, places = marked_prompt(clip, PROMPT, WORDS)
    with Projections(model) as own:
        _, trajectories = run(with_attention(model), positive, plain_prompt(clip, ""), batch=2, steps=1)
    assert own.calls[0].shape[0] == 4, "with and without the prompt, two items each"
    assert sum(group.layers for group in trajectories[0].attention.groups) == len(own.calls)
    for item, trajectory in enumerate(trajectories):
        attention = trajectory.attention
        assert attention.words == ("house", "big sun") and attention.guesses == 1
        for group in attention.groups:
            wanted, layers = own.of_size(group.size, slice(2, 4))
            assert group.layers == layers
            for word, tokens in enumerate(places.places):
                share = wanted[item][:, list(tokens)].sum(-1).view(group.size)
                torch.testing.assert_close(group.maps[0, word].float(), share, atol=1e-3, rtol=1e-3)


def test_sampling_is_equal_to_the_bit_with_and_without(parts):
    model, clip = parts
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    negative = plain_prompt(clip, "")
    watched, trajectories = run(with_attention(model), positive, negative)
    untouched, others = run(model, positive, negative)
    assert torch.equal(watched, untouched)
    assert trajectories[0].attention is not None and others[0].attention is None
    assert trajectories[0].notes == ()


def test_every_step_has_its_own_map_and_a_sampler_of_two_calls_a_step_one_a_step(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    for sampler in ("euler", "heun"):
        _, (trajectory,) = run(with_attention(model), positive, plain_prompt(clip, ""), sampler=sampler, steps=3)
        maps = trajectory.attention.groups[0].maps
        assert maps.shape[0] == trajectory.guesses == 3
        assert not torch.equal(maps[0], maps[1]) and not torch.equal(maps[1], maps[2])


def test_the_items_that_are_kept_are_the_items_that_are_read(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    _, both = run(with_attention(model), positive, plain_prompt(clip, ""), batch=2)
    _, (second,) = run(with_attention(model), positive, plain_prompt(clip, ""), batch=2, items=(1,))
    for kept, wanted in zip(second.attention.groups, both[1].attention.groups, strict=True):
        torch.testing.assert_close(kept.maps, wanted.maps)


def test_at_guidance_one_the_only_half_is_the_prompted_one(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    _, (guided,) = run(with_attention(model), positive, plain_prompt(clip, ""), steps=1)
    _, (alone,) = run(with_attention(model), positive, plain_prompt(clip, ""), steps=1, cfg=1.0)
    torch.testing.assert_close(alone.attention.groups[0].maps, guided.attention.groups[0].maps, atol=1e-3, rtol=1e-3)


def test_a_prompt_that_is_repeated_beside_a_longer_negative_one_keeps_its_words(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    long = plain_prompt(clip, "one two three four five six seven eight nine ten, " * 9)
    assert long[0][0].shape[1] == 2 * positive[0][0].shape[1]
    _, (repeated,) = run(with_attention(model), positive, long, steps=1)
    _, (alone,) = run(with_attention(model), positive, plain_prompt(clip, ""), steps=1)
    torch.testing.assert_close(repeated.attention.groups[0].maps, alone.attention.groups[0].maps, atol=1e-3, rtol=1e-3)


def test_a_word_in_the_second_chunk_of_a_long_prompt_is_read_there(small):
    model, clip = small
    text = "one two three four five six seven eight nine ten, " * 8 + " house"
    positive, places = marked_prompt(clip, text, "house")
    assert places.length == 154 and places.places[0][0] > 77
    with Projections(model) as own:
        _, (trajectory,) = run(with_attention(model), positive, plain_prompt(clip, ""), steps=1, cfg=1.0)
    group = trajectory.attention.groups[0]
    wanted, _ = own.of_size(group.size, slice(0, 1))
    got = group.maps[0, 0].flatten().float()
    torch.testing.assert_close(got, wanted[0][:, places.places[0][0]], atol=1e-3, rtol=1e-3)


def test_a_prompt_without_the_mark_leaves_a_sentence_and_no_maps(small):
    model, clip = small
    _, (trajectory,) = run(with_attention(model), plain_prompt(clip, PROMPT), plain_prompt(clip, ""))
    assert trajectory.attention is None and trajectory.notes == (OTHER_PROMPT,)


def test_a_marked_negative_prompt_is_not_read(small):
    model, clip = small
    marked, _ = marked_prompt(clip, PROMPT, WORDS)
    _, (trajectory,) = run(with_attention(model), plain_prompt(clip, PROMPT), marked)
    assert trajectory.attention is None and trajectory.notes == (OTHER_PROMPT,)


def test_a_prompt_in_an_area_is_not_read_and_says_so(small):
    model, clip = small
    ((vectors, more),), _ = marked_prompt(clip, PROMPT, WORDS)
    inside = [[vectors, {**more, "area": (8, 8, 0, 0), "strength": 1.0}]]
    _, (trajectory,) = run(with_attention(model), [*inside, *plain_prompt(clip, "")], plain_prompt(clip, ""))
    assert trajectory.attention is None and trajectory.notes == (AREA,)


def test_cross_attention_that_another_node_replaces_is_not_read_and_says_so(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    watched = with_attention(model)
    for place in ("input", "output"):
        for number in range(6):
            watched.set_model_attn2_replace(lambda q, k, v, options: torch.zeros_like(q), place, number)
    watched.set_model_attn2_replace(lambda q, k, v, options: torch.zeros_like(q), "middle", 0)
    replaced = watched.model_options["transformer_options"].setdefault("patches_replace", {})
    _, (trajectory,) = run(watched, positive, plain_prompt(clip, ""))
    assert replaced and trajectory.attention is None and trajectory.notes == (REPLACED,)


def test_another_nodes_attention_override_still_works_inside(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    seen = []

    def other(function, *args, **kwargs):
        seen.append(function)
        return function(*args, **kwargs)

    changed = model.clone()
    changed.model_options["transformer_options"]["optimized_attention_override"] = other
    _, (one,) = run(with_attention(changed), positive, plain_prompt(clip, ""))
    assert seen and one.attention is not None


def test_an_error_while_reading_never_reaches_the_sampler(small, monkeypatch, caplog):
    from denoiscope.host import attention_reading

    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)

    def broken(*args, **kwargs):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(attention_reading, "word_shares", broken)
    latent, (trajectory,) = run(with_attention(model), positive, plain_prompt(clip, ""))
    assert torch.equal(latent, run(model, positive, plain_prompt(clip, ""))[0])
    assert trajectory.attention is None and trajectory.notes == ("Attention could not be read: out of memory",)


def test_guidance_that_asks_the_model_again_does_not_count_twice(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)

    def ask_again(args):
        zeros = torch.zeros_like(args["input"])
        comfy.samplers.calc_cond_batch(args["model"], [args["cond"]], zeros, args["sigma"], args["model_options"])
        return args["denoised"]

    asking = with_attention(model)
    asking.set_model_sampler_post_cfg_function(ask_again)
    _, (twice,) = run(asking, positive, plain_prompt(clip, ""))
    _, (once,) = run(with_attention(model), positive, plain_prompt(clip, ""))
    for a, b in zip(twice.attention.groups, once.attention.groups, strict=True):
        assert a.layers == b.layers
        assert torch.equal(a.maps, b.maps)


def test_a_guider_with_two_prompts_is_read_where_the_marked_one_is_the_positive(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    recording = Recording(budget_bytes=2**30)
    guider = Guider_DualCFG(record(with_attention(model), recording))
    guider.set_conds(positive, plain_prompt(clip, "a big sun"), plain_prompt(clip, ""))
    guider.set_cfg(3.0, 2.0)
    sigmas = torch.tensor([5.0, 1.0, 0.0])
    latent = empty(model)["samples"]
    guider.sample(torch.randn_like(latent), latent, comfy.samplers.sampler_object("euler"), sigmas, disable_pbar=True)
    (trajectory,) = recording.last_run().deck().trajectories
    _, (plain,) = run(with_attention(model), positive, plain_prompt(clip, ""))
    assert trajectory.attention.groups[0].layers == plain.attention.groups[0].layers


def test_the_cells_of_a_sweep_have_the_attention_of_their_own_runs_and_none_after_a_switch(small):
    model, clip = small
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    settings = {"seed": 3, "steps": 3, "sampler_name": "euler", "scheduler": "normal"}
    cells = [
        Cell(label="a", place=(), cfg=2.0, **settings),
        Cell(label="b", place=(), cfg=6.0, **settings),
        Cell(label="c", place=(), cfg=2.0, switch_at=1, **settings),
    ]
    found = {}
    start = start_from(
        with_attention(model),
        positive=positive,
        negative=plain_prompt(clip, ""),
        after=plain_prompt(clip, "a big sun"),
        latent=empty(model),
        keep_guidance=False,
    )
    for batch in sample_cells(start, cells, budget_bytes=2**30):
        found |= dict(zip(batch.indices, batch.trajectories, strict=True))
    assert found[0].at_once == 2, "the two guidance scales ran as one batch"
    _, (alone,) = run(with_attention(model), positive, plain_prompt(clip, ""), cfg=6.0, steps=3)
    torch.testing.assert_close(found[1].attention.groups[0].maps, alone.attention.groups[0].maps, atol=1e-3, rtol=1e-3)
    assert [found[2].attention.has(guess) for guess in range(3)] == [True, False, False]
    assert OTHER_PROMPT in found[2].notes


def test_a_model_that_no_recorder_watches_reads_nothing(small, monkeypatch):
    from denoiscope.host import attention_reading

    model, clip = small
    monkeypatch.setattr(
        attention_reading, "word_shares", lambda *args, **kwargs: pytest.fail("read without a recorder")
    )
    positive, _ = marked_prompt(clip, PROMPT, WORDS)
    settings = {"seed": 3, "steps": 1, "cfg": 3.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0}
    sample(with_attention(model), positive=positive, negative=plain_prompt(clip, ""), latent=empty(model), **settings)


def test_a_model_without_cross_attention_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"AnalyticModel cannot be read word by word: docs/own_model.md lists"):
        with_attention(analytic_model())


@pytest.mark.parametrize("kind", ["SD 1.5", "SDXL"])
def test_words_of_several_tokens_weights_and_parts_of_words_are_told_apart(kind):
    _, clip = MODELS[kind]()
    found = find_words(
        clip, "a (skyscraper:1.4), the sky and a red-haired girl, ((sky))", "skyscraper, sky, red-haired"
    )
    assert found.words == ("skyscraper", "sky", "red-haired") and found.length == 77
    tokens = next(iter(clip.tokenize("a skyscraper, the sky and a red-haired girl, sky").values()))[0]
    places = dict(zip(found.words, found.places, strict=True))
    assert len(places["sky"]) == 2 and not set(places["sky"]) & set(places["skyscraper"])
    assert len(places["red-haired"]) == 3
    assert len({tokens[place][0] for place in places["sky"]}) == 1


def test_a_word_that_the_prompt_does_not_hold_is_refused_with_the_words_that_it_does(small):
    _, clip = small
    with pytest.raises(ValueError, match=r"'boat' is not among the words of this prompt .*: a, red, house, under"):
        find_words(clip, PROMPT, "house, boat")


def test_words_that_the_pocket_model_does_not_know_are_in_no_prompt():
    _, clip = the_pocket()
    assert find_words(clip, "a red quokka, a house", "").words == ("a", "red", "house")
    with pytest.raises(ValueError, match=r"'quokka' is not among the words .* knows: a, red, house"):
        find_words(clip, "a red quokka, a house", "quokka")
    with pytest.raises(ValueError, match="the tokenizer knows no word of the prompt 'quokka'"):
        find_words(clip, "quokka", "")


def test_no_words_mean_every_word_of_the_prompt(small):
    _, clip = small
    assert find_words(clip, PROMPT, "").words == ("a", "red", "house", "under", "big", "sun")
    with pytest.raises(ValueError, match="the prompt is empty"):
        find_words(clip, " ", "")
