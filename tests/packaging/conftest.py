"""The archive of the registry, made once by comfy-cli from a clean clone."""

import re

import pytest

from .packing import clone_into, comfy


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    return clone_into(tmp_path_factory.mktemp("archive") / "clone")


@pytest.fixture(scope="session")
def archive_file(clone):
    said = comfy(clone, "pack")
    assert not re.search("warning|error|not found", said, re.IGNORECASE), said
    return clone / "node.zip"
