"""The words' shares in each family of transformers, against a softmax written out by hand; answers equal to the bit."""

from types import SimpleNamespace

import comfy.model_base
import pytest
import torch

from denoiscope.core.recording.word_places import WordPlaces
from denoiscope.host.attention_families import FAMILIES, family_of
from denoiscope.host.attention_reading import OTHER_PROMPT
from denoiscope.host.attention_transformers import OTHER_SHAPE, TransformerReader, added
from denoiscope.host.attention_words import MARK

from .miniature_transformers import CONTEXT, MINIATURES, network

WORDS = 5
PLACES = {"boat": (1,), "red house": (3, 4)}
EACH = pytest.mark.parametrize("name", MINIATURES)


class Called:
    """A network that is called as its model is: with a prompt and without, and the reader's two hooks."""

    def __init__(
        self, name: str, *, words: int = WORDS, side: tuple[int, int] = (8, 12), base=comfy.model_base.BaseModel
    ):
        self.mini, self.network = MINIATURES[name], network(name)
        model = SimpleNamespace(get_model_object=lambda _: self.network, model=object.__new__(base))
        self.reader = TransformerReader(None, model, family_of(self.network))
        draw = torch.Generator().manual_seed(1)
        frames = () if self.mini.frames is None else (self.mini.frames,)
        self.x = torch.randn(2, 4, *frames, *side, generator=draw)
        self.context = torch.randn(2, words, CONTEXT, generator=draw)
        self.seen = []

    def conds(self, *, length: int | None = None, marked: str = "with"):
        places = WordPlaces(words=tuple(PLACES), places=tuple(PLACES.values()), length=WORDS)
        length = self.context.shape[1] if length is None else length
        return [{"uuid": marked, MARK: places, "cross_attn": torch.zeros(1, length, CONTEXT)}]

    def run(self, override=None):
        options = {"uuids": ["without", "with"]} | (
            {} if override is None else {"optimized_attention_override": override}
        )

        def executor(x, t, c_concat, c_crossattn, control, transformer_options, **more):
            return self.network(x, t, context=c_crossattn, transformer_options=transformer_options, **more)

        time = torch.full((2,), 0.5)
        more = self.mini.more(2)
        return self.reader.apply_model(executor, self.x, time, None, self.context, None, options, **more)

    def read(self, **conds):
        """What the reader sees of the part that was asked with the prompt, and the answer beside it."""
        self.reader.now = self.reader.reading(self.conds(**conds), [0])
        answer = self.run(self.reader.attend)
        reading, self.reader.now = self.reader.now, None
        return reading, answer

    def heads(self):
        """Queries and keys of every attention, [row, head, place, channel], by an account of its own."""
        found = []

        def override(function, *args, **kwargs):
            q, k, heads = args[0], args[1], args[3] if len(args) > 3 else kwargs["heads"]
            if q.ndim == 3:
                q, k = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (q, k))
            found.append((q, k.repeat_interleave(q.shape[1] // k.shape[1], 1), kwargs.get("mask")))
            return function(*args, **kwargs)

        self.run(override)
        return found


@EACH
def test_reading_changes_no_bit_of_the_answer(name):
    called = Called(name)
    plain = called.run()
    reading, answer = called.read()
    assert reading.error == "" and reading.seen() is not None
    assert torch.equal(plain, answer)


@EACH
def test_shares_are_the_softmax_of_the_middle_blocks_at_the_words_own_keys(name):
    called = Called(name)
    seen = called.read()[0].seen()
    (size, group), *more = seen.groups.items()
    frames = called.mini.frames or 1
    assert not more and size == ((frames, 4, 6) if frames > 1 else (4, 6))
    family = called.reader.family
    places = frames * 24
    room = 32 if name == "Z-Image" else WORDS
    before = 8 if name == "AuraFlow" else 0
    between = [
        (q, k)
        for q, k, _ in called.heads()
        if (q.shape[2] == k.shape[2] >= before + room + places if family.joint else k.shape[2] == WORDS)
    ]
    assert len(between) == family.depth(called.network) == 4
    wanted = torch.zeros(len(PLACES), places)
    for q, k in between[1:3]:
        q = q[1, :, before + room :][:, :places] if family.joint else q[1]  # Z-Image's places are rounded up, too
        weights = (q @ k[1].mT / q.shape[-1] ** 0.5).softmax(-1).mean(0)
        own = [[before * family.joint + at for at in word] for word in PLACES.values()]
        wanted += torch.stack([weights[:, word].sum(-1) for word in own]) / 2
    assert group.layers == 2 and seen.words == tuple(PLACES)
    torch.testing.assert_close(group.maps[0].float().flatten(1), wanted, atol=1e-3, rtol=1e-3)
    assert seen.read.startswith("Mean of the heads of blocks 2 to 3 of 4")


@pytest.mark.parametrize("name", ["Wan", "Cosmos-Predict2"])
def test_as_many_words_as_places_are_not_taken_for_the_places_themselves(name):
    called = Called(name, words=72)
    seen = called.read()[0].seen()
    assert next(iter(seen.groups.values())).layers == 2
    odd = Called(name, words=72).read()[0]
    assert odd.block == 8, "both attentions of each block have this shape"


def test_flux_2_pads_a_prompt_on_its_left():
    called = Called("Flux.2", words=9, base=comfy.model_base.Flux2)
    called.reader.now = reading = called.reader.reading(called.conds(length=WORDS), [0])
    reading.enter({"uuids": ["with"]}, (1, 4, 8, 12), 9)
    assert reading.keys_of_words(reading.asked) == [[4 + place for place in word] for word in PLACES.values()]


def test_a_shorter_prompt_that_is_repeated_is_read_in_each_repeat():
    called = Called("Flux", words=10)
    called.reader.now = reading = called.reader.reading(called.conds(length=WORDS), [0])
    reading.enter({"uuids": ["with"]}, (1, 4, 8, 12), 10)
    assert reading.keys_of_words(reading.asked) == [[1, 6], [3, 4, 8, 9]]


def test_a_prompt_that_is_not_ours_is_told_and_so_are_layers_of_another_shape():
    called = Called("Flux")
    assert called.read(marked="someone else's")[0].note() == OTHER_PROMPT
    reading = called.reader.reading(called.conds(), [0])
    reading.enter({"uuids": ["with"]}, (1, 4, 64, 64), WORDS)
    reading.look((torch.zeros(1, 2, 30, 8), torch.zeros(1, 2, 30, 8), None, 2), {})
    assert reading.seen() is None and reading.note() == OTHER_SHAPE


def test_a_mask_of_any_shape_is_added_as_comfyui_adds_it():
    rows, places = [1], slice(1, 3)
    for shape in ((3, 3), (2, 3, 3), (2, 1, 3, 3), (2, 2, 3, 3), (1, 1, 1, 3)):
        made = added(torch.zeros(*shape), rows, places)
        assert made.ndim == 4 and made.shape[0] == 1 and made.shape[2] in (1, 2)
    allowed = torch.tensor([[True, False]])
    assert added(allowed, rows, slice(None)).tolist() == [[[[0.0, float("-inf")]]]]


def test_every_family_has_a_miniature():
    found = {family.network for name in MINIATURES if (family := family_of(network(name)))}
    assert found == {family.network for family in FAMILIES}
