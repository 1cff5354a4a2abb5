"""What a scrub costs: the script that an input runs, and the time until its picture is painted."""

from dataclasses import dataclass

from playwright.sync_api import Page

MEASURE = """async (inputs) => {
  const slider = document.querySelector(".ds-slider[aria-label=Step]");
  const scripts = [], paints = [], perFrame = [];
  const ask = window.requestAnimationFrame.bind(window);
  let spent = 0, frames = 0;
  window.requestAnimationFrame = (draw) => ask((now) => {
    const began = performance.now();
    draw(now);
    spent += performance.now() - began;
    frames += 1;
  });
  const painted = () => new Promise((done) => ask(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  await painted();  // a draw that was asked for earlier would take the first input's turn, unseen
  for (let turn = 0; turn < inputs; turn++) {
    const began = performance.now();
    spent = frames = 0;
    slider.value = (turn * 7) % (Number(slider.max) + 1);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now() - began;
    await painted();
    scripts.push(handled + spent);
    paints.push(performance.now() - began);
    perFrame.push(frames);
  }
  window.requestAnimationFrame = ask;
  return { scripts, paints, perFrame };
}"""


@dataclass(frozen=True)
class Scrubbed:
    """Milliseconds: script of one input, time from an input to the painted frame; how many draws each input made."""

    scripts: list[float]
    paints: list[float]
    draws: list[int]

    def script(self, share: float) -> float:
        return quantile(self.scripts, share)

    def paint(self, share: float) -> float:
        return quantile(self.paints, share)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[round(share * (len(values) - 1))]


def scrub(page: Page, inputs: int = 200) -> Scrubbed:
    """Moves the slider of the page's first viewer so many times, one move a frame."""
    found = page.evaluate(MEASURE, inputs)
    return Scrubbed(found["scripts"], found["paints"], found["perFrame"])
