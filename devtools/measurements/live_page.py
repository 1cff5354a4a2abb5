"""The live page: twenty guided steps beside PyTorch, and in Chromium the first guess, memory and 200 runs."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import comfy.sample
import torch
from playwright.sync_api import Page, sync_playwright

from ...host.live_page import build
from ...host.pocket import WEIGHTS, build_pocket_model
from ..driving.browser import QUIET
from ..driving.pack import ROOT
from ..table import Row

ROUNDS = 3
PRESSES, FRAMES = 7, 120
A_FRAME = 1000 / 60
"""Milliseconds."""
RUNS, SETTLED = 200, 20
SCRIPT = ROOT / "devtools" / "livepage" / "twenty_steps.mjs"
FUSED = "--experimental-wasm-relaxed-simd"
"""What Chromium and Firefox do by themselves, and node 20 only when asked: multiply and add in one rounding."""
FIRST_GUESS, MEMORY, TIMES, LARGEST = 0.3, 300.0, 1.5, 8.0
PATIENCE = 120_000


def measure() -> Iterator[Row]:
    yield from beside_pytorch()
    yield from in_chromium()


def beside_pytorch() -> Iterator[Row]:
    """In turns, so that a busy machine is busy for all of them."""
    torch_run = pytorch()
    taken: dict[str, list[float]] = {"PyTorch": [], "fused": [], "simd": []}
    first: list[float] = []
    for _ in range(ROUNDS):
        taken["PyTorch"].append(torch_run())
        for flags in ([FUSED], []):
            said = in_node(*flags)
            taken[said["kernel"]].extend(said["seconds"])
            first.extend(said["first"] if said["kernel"] == "fused" else [])
    yield from (row_of(name, seconds) for name, seconds in taken.items())
    spread = f"{min(first):.3f} to {max(first):.3f} s, {len(first)} runs"
    yield Row("processor time until the first guess in node, fused", statistics.median(first), "s", None, spread)
    pairs = statistics.median(taken["fused"]) / statistics.median(taken["PyTorch"])
    yield Row("twenty guided steps in JavaScript against PyTorch on one thread", pairs, "×", TIMES)


def row_of(name: str, seconds: list[float]) -> Row:
    spread = f"{min(seconds):.2f} to {max(seconds):.2f} s, {len(seconds)} runs"
    return Row(f"processor time of twenty guided steps, {name}", statistics.median(seconds), "s", None, spread)


def pytorch():
    torch.set_num_threads(1)
    model, clip, _ = build_pocket_model()
    cond, uncond = (
        clip.encode_from_tokens_scheduled(clip.tokenize(t)) for t in ("a red lighthouse on a cliff at dusk", "")
    )
    latent = torch.zeros(1, 8, 16, 16)
    noise = comfy.sample.prepare_noise(latent, 7)

    def run() -> float:
        began = time.process_time()
        comfy.sample.sample(
            model, noise, 20, 5.0, "euler", "normal", cond, uncond, latent, seed=7, disable_pbar=True
        )  # fmt: skip
        return time.process_time() - began

    run()
    return run


def in_node(*flags: str) -> dict:
    whole = [shutil.which("node") or "node", *flags, str(SCRIPT), str(WEIGHTS), "1"]
    return json.loads(subprocess.run(whole, capture_output=True, text=True, check=True).stdout)


def in_chromium() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "live.html"
        file.write_text(build(), encoding="utf-8")
        yield Row("the live page, one file", file.stat().st_size / 1e6, "MB", LARGEST)
        browser = driver.chromium.launch(executable_path=os.environ["CHROMIUM"], args=list(QUIET))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{file.as_uri()}#steps=20")
        finished(page)
        yield first_guess(page)
        yield noising(page)
        page.get_by_role("spinbutton", name="Steps").fill("1")
        page.get_by_role("spinbutton", name="Steps").press("Tab")
        before = runs_of(page, SETTLED)
        after = runs_of(page, RUNS)
        yield Row("memory of the page's process with both workers", after, "MB", MEMORY)
        yield Row(f"its growth over {RUNS} runs of one step", after - before, "MB")
        browser.close()


def finished(page: Page) -> None:
    page.locator("#live .lv-run:not(.lv-stop):enabled").wait_for(timeout=PATIENCE)


def first_guess(page: Page) -> Row:
    """Of a few presses, each once the page has nothing left to paint."""
    taken = []
    for _ in range(PRESSES):
        taken.append(press(page))
        finished(page)
        page.locator(".ds-cell[data-waiting]").wait_for(state="detached", timeout=PATIENCE)
    spread = f"{min(taken):.2f} to {max(taken):.2f} s, {PRESSES} presses, load {os.getloadavg()[0]:.0f}"
    name = "from the press of Run to the first guess on the stage"
    return Row(name, statistics.median(taken), "s", FIRST_GUESS, spread)


def press(page: Page) -> float:
    """By the page's clock, from the click to the frame in which the first guess is drawn."""
    return page.evaluate(
        """async () => {
          const began = performance.now();
          document.querySelector("#live .lv-run").click();
          const live = () => document.querySelector(".ds-content").dataset.state === "live";
          const drawn = () => live() && document.querySelector(".ds-cell:not([data-waiting]) canvas:not([hidden])");
          while (!drawn()) await new Promise((resolve) => requestAnimationFrame(resolve));
          return (performance.now() - began) / 1000;
        }"""
    )


def noising(page: Page) -> Row:
    """The script of a frame in which t moves: every pixel of the picture is mixed with noise anew, and drawn."""
    page.locator("#noising .lv-formula").get_by_text("t = ").wait_for(timeout=PATIENCE)
    taken = page.evaluate(
        """async (count) => {
          const slider = document.querySelector("#noising input[type=range]");
          const frame = window.requestAnimationFrame.bind(window);
          const taken = [];
          window.requestAnimationFrame = (work) => frame((now) => {
            const began = performance.now();
            work(now);
            taken.push(performance.now() - began);
          });
          for (let at = 0; at < count; at++) {
            slider.value = (at * 37) % 1000;
            slider.dispatchEvent(new Event("input"));
            await new Promise((resolve) => frame(() => frame(resolve)));
          }
          window.requestAnimationFrame = frame;
          return taken;
        }""",
        FRAMES,
    )
    spread = f"{min(taken):.1f} to {max(taken):.1f} ms, {len(taken)} frames"
    name = "script of a frame while t is dragged, every pixel noised anew"
    return Row(name, statistics.median(taken), "ms", A_FRAME, spread)


def runs_of(page: Page, count: int) -> float:
    """So many runs; then the memory of the largest renderer, in MB."""
    for _ in range(count):
        page.locator("#live .lv-run").click()
        finished(page)
    return max(map(share_of_memory, renderers())) / 1000


def renderers() -> Iterator[Path]:
    """The processes of ours that draw a page, by what the kernel says of them."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" in (folder / "cmdline").read_bytes() and is_ours(int(folder.name)):
                yield folder
        except OSError:  # it has ended meanwhile
            continue


def is_ours(pid: int) -> bool:
    while pid > 1:
        if pid == os.getpid():
            return True
        pid = number_in(Path("/proc") / str(pid) / "status", "PPid")
    return False


def share_of_memory(process: Path) -> int:
    """Kilobytes; what processes share, such as Chromium's own program, counts by each one's share."""
    return number_in(process / "smaps_rollup", "Pss")


def number_in(file: Path, name: str) -> int:
    return int(
        next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(f"{name}:")).split()[1]
    )
