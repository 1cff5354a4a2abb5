"""A recording within its budget, and the run that made a latent."""

import pytest
import torch

from denoiscope.core.recording.item_list import choose_items, parse_items
from denoiscope.core.recording.model_facts import ModelFacts
from denoiscope.core.recording.recording import Recording
from denoiscope.core.recording.steps import ModelCall
from denoiscope.core.recording.trajectory import Settings

from .decks import SPACE

FACTS = ModelFacts(name="TestModel", parameterization="eps", space=SPACE)
SCHEDULE = (8.0, 4.0, 2.0, 0.0)
SHAPE = (2, 4, 8, 8)
CALL_BYTES = 2 * 2 * 4 * 8 * 8 * 4


def sample(recording, *, seed=0, stop_after=None, batch=2):
    """Feed a run of three steps; gives the run and the latent it "made"."""
    generator = torch.Generator().manual_seed(seed)
    sampling = recording.begin(model=FACTS, settings=Settings(seed=seed), schedule=SCHEDULE, batch=batch)
    for i, sigma in enumerate(SCHEDULE[:-1]):
        if i == stop_after:
            return recording.interrupt(sampling), None
        x, x0 = (torch.randn(SHAPE, generator=generator)[list(sampling.items)] for _ in range(2))
        recording.add(sampling, ModelCall(x=x, sigma=sigma, x0=x0))
        sampling.steps.report()
    final = torch.randn(SHAPE, generator=generator)
    sampling.learn_final(final[list(sampling.items)])
    return recording.finish(sampling, SPACE.to_vae(final)), SPACE.to_vae(final)


def test_n_steps_give_n_plus_one_states_with_the_latent_as_the_last():
    recording = Recording(budget_bytes=2**20)
    _, latent = sample(recording)
    deck = recording.run_of(latent).deck()
    assert [t.states for t in deck.trajectories] == [4, 4]
    assert [t.guesses for t in deck.trajectories] == [3, 3]
    last = torch.stack([t.x[-1] for t in deck.trajectories])
    torch.testing.assert_close(SPACE.to_vae(last), latent)
    assert all(t.finished for t in deck.trajectories)


def test_a_deck_shares_the_memory_of_its_recording():
    recording = Recording(budget_bytes=2**20)
    sampling = recording.begin(model=FACTS, settings=Settings(), schedule=SCHEDULE, batch=2)
    for sigma in SCHEDULE[:-1]:
        recording.add(sampling, ModelCall(x=torch.zeros(SHAPE), sigma=sigma, x0=torch.zeros(SHAPE)))
        sampling.steps.report()
    run = recording.finish(sampling, torch.zeros(SHAPE))
    for name in ("x", "x0"):
        kept = [getattr(trajectory, name) for trajectory in run.trajectories]
        there = sampling.shelf.tensors[name].untyped_storage().data_ptr()
        assert {tensor.untyped_storage().data_ptr() for tensor in kept} == {there}
    assert run.deck().trajectories is run.trajectories


def test_a_run_is_open_while_it_is_sampled_and_sealed_after_it():
    recording = Recording(budget_bytes=2**20)
    sampling = recording.begin(model=FACTS, settings=Settings(), schedule=SCHEDULE, batch=1)
    assert (recording.open, recording.runs) == ([sampling], [])
    run = recording.interrupt(sampling)
    assert (recording.open, recording.runs) == ([], [run])
    with pytest.raises(AttributeError):
        run.result = torch.zeros(SHAPE)


def test_a_run_of_which_nothing_was_kept_says_why_when_a_deck_is_asked_of_it():
    recording = Recording(budget_bytes=1)
    run, _ = sample(recording)
    with pytest.raises(ValueError, match="The memory budget of 0 MB was full after 0 of 3 steps"):
        run.deck()


def test_a_run_inside_another_does_not_push_it_out():
    recording = Recording(budget_bytes=CALL_BYTES * 5)
    outer = recording.begin(model=FACTS, settings=Settings(), schedule=SCHEDULE, batch=2)
    recording.add(outer, ModelCall(x=torch.ones(SHAPE), sigma=8.0, x0=torch.ones(SHAPE)))
    outer.steps.report()
    sample(recording)
    run = recording.interrupt(outer)
    assert torch.equal(run.trajectories[1].x, torch.ones(1, *SHAPE[1:]))


def test_the_run_is_found_by_its_latent_among_several():
    recording = Recording(budget_bytes=2**20)
    runs = [sample(recording, seed=seed) for seed in range(3)]
    for run, latent in runs:
        assert recording.run_of(latent.clone()) is run


def test_a_latent_of_no_run_is_refused_in_one_sentence():
    recording = Recording(budget_bytes=2**20)
    with pytest.raises(ValueError, match="nothing has been recorded here"):
        recording.run_of(torch.zeros(SHAPE))
    sample(recording)
    with pytest.raises(ValueError, match="none of the runs of this recording gave this latent"):
        recording.run_of(torch.zeros(SHAPE))


def test_the_last_run_is_found_without_its_latent():
    recording = Recording(budget_bytes=2**20)
    with pytest.raises(ValueError, match="nothing has been recorded here"):
        recording.last_run()
    run, _ = sample(recording)
    sample(recording, seed=1, stop_after=1)
    assert recording.last_run() is run


def test_an_interrupted_run_keeps_what_it_had_and_what_it_had_before_it():
    recording = Recording(budget_bytes=2**20)
    with pytest.raises(ValueError, match="no interrupted run"):
        recording.interrupted_run()
    sample(recording, stop_after=2)
    trajectory = recording.interrupted_run().deck().trajectories[0]
    assert (trajectory.states, trajectory.guesses) == (2, 2)
    assert not trajectory.complete
    assert trajectory.remaining == (2.0, 0.0)
    assert "Interrupted after 2 of 3 steps." in trajectory.notes


def test_as_many_runs_are_kept_as_fit_and_each_is_found_by_its_number():
    recording = Recording(budget_bytes=2**30)
    runs = [sample(recording, seed=seed)[0] for seed in range(21)]
    sample(recording, stop_after=0)  # nothing of it was kept: no run to look at
    assert recording.held == tuple(runs)
    assert (recording.run_numbered(0), recording.run_numbered(-1)) == (runs[0], runs[20])
    with pytest.raises(ValueError, match=r"run 21 was asked for; runs held: 21 \(0..20\)"):
        recording.run_numbered(21)


@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16])
def test_a_run_that_gave_way_is_told_from_one_that_never_was(kind):
    recording = Recording(budget_bytes=CALL_BYTES * 8)
    latents = [sample(recording, seed=seed)[1].to(kind) for seed in range(4)]
    with pytest.raises(ValueError, match=r"gave way to newer ones: .* runs held: \d.*Raise memory_mb"):
        recording.run_of(latents[0])
    assert recording.run_of(latents[3]) is recording.runs[-1]


def test_a_latent_of_several_tensors_is_refused_in_one_sentence():
    recording = Recording(budget_bytes=2**20)
    recording.refuse("this run was not recorded: several tensors")
    with pytest.raises(ValueError, match="several tensors"):
        recording.run_of([torch.zeros(1)])


def test_older_runs_give_way_when_memory_is_short():
    recording = Recording(budget_bytes=CALL_BYTES * 8)
    for seed in range(4):
        sample(recording, seed=seed)
        assert recording.bytes <= recording.budget_bytes + 2 * CALL_BYTES
    assert recording.runs[-1].trajectories[0].complete
    assert len(recording.runs) < 4


def test_a_run_that_does_not_fit_alone_is_cut_and_says_so():
    recording = Recording(budget_bytes=int(CALL_BYTES * 2.5))
    _, latent = sample(recording)
    trajectory = recording.run_of(latent).deck().trajectories[0]
    assert trajectory.states == 2
    assert not trajectory.complete
    assert any("memory budget" in note for note in trajectory.notes)


def test_values_that_are_not_numbers_are_said():
    recording = Recording(budget_bytes=2**20)
    sampling = recording.begin(model=FACTS, settings=Settings(), schedule=SCHEDULE, batch=1)
    bad = torch.full((1, 4, 8, 8), float("nan"))
    for sigma in SCHEDULE[:-1]:
        recording.add(sampling, ModelCall(x=bad, sigma=sigma, x0=bad))
        sampling.steps.report()
    sampling.learn_final(bad)
    recording.finish(sampling, bad)
    assert any("not numbers" in note for note in recording.run_of(bad).deck().trajectories[0].notes)


def test_a_sampler_with_noise_levels_of_its_own_is_told_even_when_it_takes_as_many_steps():
    recording = Recording(budget_bytes=2**20)
    sampling = recording.begin(model=FACTS, settings=Settings(), schedule=SCHEDULE, batch=1)
    for sigma in (8.0, 5.0, 2.0):
        recording.add(sampling, ModelCall(x=torch.zeros(1, 4, 8, 8), sigma=sigma, x0=torch.zeros(1, 4, 8, 8)))
        sampling.steps.report()
    sampling.learn_final(torch.zeros(1, 4, 8, 8))
    run = recording.finish(sampling, torch.zeros(1, 4, 8, 8))
    assert any("chose its own steps: 3 were asked for, it took 3" in note for note in run.trajectories[0].notes)


def test_chosen_items_are_the_ones_kept():
    recording = Recording(budget_bytes=2**20, choose=lambda size: choose_items("1", size))
    _, latent = sample(recording)
    deck = recording.run_of(latent).deck()
    assert [t.label for t in deck.trajectories] == ["item 1"]
    torch.testing.assert_close(SPACE.to_vae(deck.trajectories[0].x[-1:]), latent[1:])


@pytest.mark.parametrize(
    ("text", "items"), [("", None), ("0", [0]), ("2, 0", [2, 0]), ("0-2, 1, 5", [0, 1, 2, 5]), (" 3 - 4 ", [3, 4])]
)
def test_a_list_of_items_reads_as_people_type_it(text, items):
    assert parse_items(text) == items


@pytest.mark.parametrize(
    "text", ["a", "1,", "-1", "3-1", "1-", "0-99999999", "1.5", "٣a", "9" * 5000, "0-4096," * 10_000, "a" * 9000]
)
def test_a_list_that_is_none_is_refused_in_a_sentence_however_long_it_is(text):
    with pytest.raises(ValueError, match=r"item|range") as raised:
        parse_items(text)
    assert len(str(raised.value)) < 200


def test_an_item_outside_the_batch_is_refused():
    with pytest.raises(ValueError, match=r"items 0\.\.1, but item 2"):
        choose_items("0, 2", 2)
