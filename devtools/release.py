"""What is sent to publish a version: the archive, the request without its token, and the address that it goes to.

`python devtools/release.py CHANGES FOLDER` writes them with comfy-cli, which must be installed; nothing is sent.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from unittest import mock


class Caught(Exception):
    """Ends comfy-cli's publishing where it would send."""


def caught(changes: str) -> tuple[str, dict]:
    """The address that comfy-cli would send this version to, and what it would send."""
    from comfy_cli.registry import RegistryAPI, extract_node_configuration

    def post(address: str, *, data: str, **_) -> None:
        raise Caught(address, data)

    config = extract_node_configuration()
    if config is None:
        sys.exit("pyproject.toml cannot be read by comfy-cli: run `comfy node validate`, it says why.")
    with mock.patch("requests.post", post):
        try:
            RegistryAPI().publish_node_version(config, "", changelog=changes)
        except Caught as sent:
            address, data = sent.args
            return address, json.loads(data)
    sys.exit("comfy-cli sent nothing: its way of publishing has changed, see devtools/release.py.")


def main(changes: Path, folder: Path) -> None:
    from comfy_cli.constants import NODE_ZIP_FILENAME
    from comfy_cli.file_utils import zip_files

    address, request = caught(changes.read_text(encoding="utf-8").strip())
    del request["personal_access_token"]
    folder.mkdir(parents=True, exist_ok=True)
    zip_files(NODE_ZIP_FILENAME)
    shutil.move(NODE_ZIP_FILENAME, folder / "node.zip")
    (folder / "request.json").write_text(json.dumps(request, indent=2), encoding="utf-8")
    (folder / "address.txt").write_text(address, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
