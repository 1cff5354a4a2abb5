"""What stands in js/pocket and was made from something else is still what that makes."""

import os
import shutil

import pytest

from denoiscope.devtools.livepage import kernel, vocabulary


@pytest.mark.skipif(not (shutil.which("npx") or os.environ.get("CI")), reason="the kernel's compiler comes through npm")
def test_the_kernel_is_what_its_source_compiles_to():
    assert (kernel.FOLDER / "bytes.mjs").read_text(encoding="utf-8") == kernel.module()


def test_the_model_in_javascript_knows_the_same_words():
    assert vocabulary.FILE.read_text(encoding="utf-8") == vocabulary.module()
