"""The real server, the client and the fixture that other tests stand on."""

import json
import os
import subprocess
import sys
import time

import pytest

from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.pack import FOLDER, ROOT
from denoiscope.devtools.driving.real_server import FLAGS
from denoiscope.devtools.driving.server import answers

STARTER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from devtools.driving.server import Host, running
with running(Host(Path({comfyui!r}), Path(sys.executable)), Path({base!r}), flags={flags!r}) as server:
    print(server.url, flush=True)
    time.sleep(60)
"""

PICTURE = {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 32, "batch_size": 1, "color": 255}}
SAVE = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "devtools"}}


def test_a_prompt_leaves_its_picture_in_the_server_s_own_output_folder(server):
    run = server.run({"1": PICTURE, "2": SAVE})
    (file,) = run.outputs["2"]["images"]
    assert server.path_of(file).read_bytes() == server.client.view(file)
    assert [event.type for event in run.events][-1] == "execution_success"


def test_a_cached_run_still_gives_its_outputs(server):
    first, again = (server.run({"1": PICTURE, "2": SAVE}) for _ in range(2))
    assert again.outputs.keys() == first.outputs.keys()


def test_an_invalid_prompt_is_refused_with_the_server_s_reasons(server):
    with pytest.raises(Refused) as refusal:
        server.run({"1": {"class_type": "EmptyImage", "inputs": {"width": "wide"}}, "2": SAVE})
    assert "1" in refusal.value.node_errors


def test_an_error_in_a_node_reaches_the_test_in_the_node_s_words(server):
    crop = {"class_type": "LatentFromBatch", "inputs": {"samples": ["3", 0], "batch_index": 0, "length": 1}}
    load = {"class_type": "LoadLatent", "inputs": {"latent": "absent.latent"}}
    with pytest.raises((Refused, RunFailed)):
        server.run({"3": load, "4": crop})


def test_the_pack_is_loaded_without_a_complaint(server):
    assert f"Cannot import {FOLDER}" not in server.log_text()
    assert "IMPORT FAILED" not in server.log_text()
    assert any(name.startswith("Denoiscope") for name in json.loads(server.client.get("/object_info")))


def test_a_server_does_not_outlive_a_starter_that_was_killed(tmp_path):
    """The starter here is a process that starts a server, says which, and is killed before it can tidy up."""
    code = STARTER.format(root=str(ROOT), comfyui=os.environ["COMFYUI_PATH"], base=str(tmp_path), flags=list(FLAGS))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        url = starter.stdout.readline().strip()
        assert answers(url)
        starter.kill()
    deadline = time.monotonic() + 20
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not answers(url)
