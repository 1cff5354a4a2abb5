"""What ComfyUI's start loads of the pack: the nodes and the words in them; instruments are loaded when they run."""

import json
import os
import subprocess
import sys

import pytest

from denoiscope.devtools import inside
from denoiscope.nodes import NODES

LOADING = """
import json, os, sys
from runpy import run_path
inside = run_path(os.environ["INSIDE"])
inside["register_pack"]()
inside["prepare_comfyui"](os.environ["COMFYUI_PATH"])
import denoiscope.nodes
print(json.dumps([name for name in sys.modules if name.startswith("denoiscope.host.")]))
"""
LISTS = {"comfyui", "empty_latent", "files", "listing", "lora_folder", "sampling"}
"""Modules of `host` that lists in the nodes are read from, and what these import."""


def test_the_nodes_load_no_instrument():
    """A node imports what it runs where it runs it: at its head only what its schema needs."""
    environment = os.environ | {"INSIDE": inside.__file__}
    done = subprocess.run([sys.executable, "-c", LOADING], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert {name.split(".")[2] for name in loaded} == LISTS


@pytest.mark.smoke
def test_the_server_offers_every_node(server):
    offered = server.client.get_json("/object_info")
    assert {node.define_schema().node_id for node in NODES} <= offered.keys()
