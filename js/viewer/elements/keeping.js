// Tells where the user stands: once they rest, not at every step of a scrub, and at once where the page goes.

/** Milliseconds after which a place is worth remembering. */
const REST = 200;

/** `tell` says where the user stands now. Returns { soon(), end() }. */
export function createKeeping(scope, tell) {
  const { window, document } = scope;
  let resting = 0;

  function soon() {
    end();
    resting = window.setTimeout(now, REST);
  }

  function now() {
    end();
    tell();
  }

  /** What is still to be told never is. */
  function end() {
    window.clearTimeout(resting);
    resting = 0;
  }

  scope.on(document, "visibilitychange", () => document.visibilityState === "hidden" && resting && now());
  return { soon, end };
}
