"""While the viewer's node runs the browser is told of its views: quick pictures first, decoded ones as they come."""

from .graphs import pocket_run, viewer

EVENT = "denoiscope.views"


def told(run):
    return [event["deck"] for event in run.data_of(EVENT)]


def sources(deck):
    return {view["id"]: view["source"] for view in deck["views"] if view["sheets"]}


def test_the_guess_comes_at_once_then_decoded_and_the_result_has_every_view(server):
    run = server.run({**pocket_run(seed=21), "view": viewer(decode="as time allows")})
    decks, (end,) = told(run), run.outputs["view"]["denoiscope_deck"]
    assert sources(decks[0]) == {"x": "approximate", "x0": "approximate"}
    assert sources(decks[1]) == {"x": "approximate", "x0": "vae"}
    assert decks[0]["trajectories"] == end["trajectories"]
    assert all(view["sheets"] for view in end["views"]) and not any(view["drawing"] for view in end["views"])
    first, last = (deck["views"][2]["sheets"][0]["source"] for deck in (decks[0], end))
    assert first["filename"] != last["filename"], "the quick sheets are files of their own"
    for deck in decks:
        for view in deck["views"]:
            assert all(server.path_of(sheet["source"]).is_file() for sheet in view["sheets"])


def test_each_event_says_for_which_viewer_of_which_prompt_it_is(server):
    run = server.run({**pocket_run(seed=22), "view": viewer(predict="step")})
    for event in run.data_of(EVENT):
        assert (event["viewers"], event["predicting"], event["prompt"]) == (["view"], ["view"], run.prompt_id)


def test_an_interrupt_leaves_what_was_told_on_the_disk(server):
    stopped = []

    def stop(event):
        if event.type == EVENT and not stopped:
            stopped.append(event.data["deck"])
            server.interrupt()

    graph = {**pocket_run(seed=23, steps=40), "view": viewer(picture_size=512)}
    assert server.run(graph, on_event=stop).interrupted
    for view in stopped[0]["views"]:
        assert all(server.path_of(sheet["source"]).is_file() for sheet in view["sheets"])
