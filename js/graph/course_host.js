// What the course's panel asks of ComfyUI: open a lesson's graph, run it, set its viewer, keep what was written.

const KEPT = "denoiscope/answers.json";
const STORED = "denoiscope.answers";
const NOTE = "MarkdownNote";
const OWN_MACHINE = ["localhost", "127.0.0.1", "[::1]"];
const ENDS = { execution_success: "ran", execution_interrupted: "stopped", execution_error: "failed" };
/** How many ended jobs are looked through for the one that was just queued. */
const LATELY = 8;
/** Room round the graph, and what ComfyUI's own menu above the canvas and its tools below take of it, in pixels. */
const MARGIN = 24;
const MENU = 56;
const TOOLS = 72;
const TITLE = 30;

/**
 * `pack` is the folder that ComfyUI serves the pack under; `nodes` lists the graph's nodes; `pointAt(node, target)`
 * sets the viewer in a node and gives null, or why it could not.
 */
export function createCourseHost({ app, api, window, pack, nodes, pointAt }) {
  const workflows = () => app.extensionManager.workflow;
  const nameOf = (workflow) =>
    workflow?.filename ??
    workflow?.path
      ?.split("/")
      .pop()
      .replace(/\.json$/, "") ??
    "";
  const isLesson = (workflow, lesson) => nameOf(workflow).replace(/ \(\d+\)$/, "") === titleOf(lesson);
  /** A graph in a folder goes by its own name. */
  const titleOf = ({ workflow }) => workflow.split("/").pop();
  const isOpen = (lesson) => isLesson(workflows()?.activeWorkflow, lesson);

  async function open(lesson) {
    if (!isOpen(lesson)) await load(lesson);
    fit(window, app);
  }

  /** A lesson that is open in another tab is shown again as it was left, not a second time. */
  async function load(lesson) {
    const left = workflows()?.openWorkflows?.find((workflow) => isLesson(workflow, lesson));
    if (left?.activeState) return app.loadGraphData(JSON.parse(JSON.stringify(left.activeState)), true, true, left);
    const path = lesson.workflow.split("/").map(encodeURIComponent).join("/");
    const response = await api.fetchApi(`/workflow_templates/${encodeURIComponent(pack)}/${path}.json`);
    if (!response.ok) throw new Error(String(response.status));
    return app.loadGraphData(translated(await response.json(), lesson), true, true, titleOf(lesson));
  }

  /** Queues what is open, and gives "ran", "stopped" or "failed" once that job has ended. */
  async function run() {
    const heard = listen(api);
    try {
      const before = await jobs(api);
      await app.queuePrompt(0, 1);
      const own = [...(await jobs(api))].find((id) => !before.has(id));
      return own ? await heard.end(own) : "failed";
    } finally {
      heard.stop();
    }
  }

  function point(target) {
    const { node: id, ...place } = target;
    const isMeant = (node) => (id ? String(node.id) === String(id) : node.comfyClass === "DenoiscopeViewer");
    const viewer = nodes().find(isMeant);
    if (!viewer) return "no viewer";
    return pointAt(viewer, place);
  }

  /** A server of one user that others reach as well would show each of them what the last one wrote. */
  const isOwn = Boolean(api.user) || OWN_MACHINE.includes(window.location.hostname);

  async function read() {
    const response = isOwn ? await api.getUserData(KEPT) : null;
    if (response?.ok) return response.json();
    return JSON.parse(window.localStorage.getItem(STORED));
  }

  /** In this browser, and on the server where it knows whose it is; false where the server did not take it. */
  async function keep(answers) {
    window.localStorage.setItem(STORED, JSON.stringify(answers));
    if (!isOwn) return true;
    const response = await api.storeUserData(KEPT, answers, {
      overwrite: true,
      stringify: true,
      throwOnError: false,
    });
    return response.ok;
  }

  return { isOpen, isOwn, open, run, point, read, keep };
}

/** The graph with the lesson's titles and notes; node ids, links and values stay. */
export function translated(workflow, { graph, notes }) {
  for (const node of workflow.nodes) {
    if (graph[node.id]) node.title = graph[node.id];
    if (node.type !== NOTE || !notes) continue;
    const note = node.flags?.collapsed ? notes.answer : notes.leading;
    [node.title, node.widgets_values] = [note.title, [note.text]];
  }
  return workflow;
}

/**
 * Every prompt id that is running, waiting or has lately ended. A quick job ends before its socket says so, and leaves
 * the queue for the history: hence the queue is read first.
 */
async function jobs(api) {
  const queue = await (await api.fetchApi("/queue")).json();
  const ended = await (await api.fetchApi(`/history?max_items=${LATELY}`)).json();
  const waiting = [...queue.queue_running, ...queue.queue_pending].map(([, id]) => id);
  return new Set([...waiting, ...Object.keys(ended)]);
}

/** Hears how jobs end, from the moment it is called. */
function listen(api) {
  const ended = new Map();
  const waiting = new Map();
  const hear = ({ type, detail }) => {
    ended.set(detail.prompt_id, ENDS[type]);
    waiting.get(detail.prompt_id)?.(ENDS[type]);
  };
  for (const type of Object.keys(ENDS)) api.addEventListener(type, hear);
  return {
    end: (id) => (ended.has(id) ? ended.get(id) : new Promise((resolve) => waiting.set(id, resolve))),
    stop: () => Object.keys(ENDS).forEach((type) => api.removeEventListener(type, hear)),
  };
}

/** The graph, without the notes that the panel stands for, into what panel and menu leave free of the canvas. */
function fit(window, app) {
  const canvas = app.canvas.canvas.getBoundingClientRect();
  const free = (window.document.querySelector(".graph-canvas-panel") ?? app.canvas.canvas).getBoundingClientRect();
  const box = boundsOf(app.graph.nodes.filter(({ type }) => type !== NOTE));
  const { ds } = app.canvas;
  const [left, top] = [free.left - canvas.left + MARGIN, free.top - canvas.top + MENU];
  const [width, height] = [free.width - 2 * MARGIN, free.height - MENU - TOOLS];
  ds.scale = Math.min(1, width / box.width, height / box.height);
  ds.offset[0] = -box.left + (left + (width - box.width * ds.scale) / 2) / ds.scale;
  ds.offset[1] = -box.top + (top + (height - box.height * ds.scale) / 2) / ds.scale;
  app.canvas.setDirty(true, true);
}

function boundsOf(nodes) {
  const left = Math.min(...nodes.map((node) => node.pos[0]));
  const top = Math.min(...nodes.map((node) => node.pos[1] - TITLE));
  const right = Math.max(...nodes.map((node) => node.pos[0] + node.size[0]));
  const bottom = Math.max(...nodes.map((node) => node.pos[1] + (node.flags?.collapsed ? 0 : node.size[1])));
  return { left, top, width: right - left, height: bottom - top };
}
