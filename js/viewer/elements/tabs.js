// The views as tabs: one of them in the tab order, the others a key away. `menu` is the same in little room.

import { onKey, setAttribute } from "./elements.js";
import { term } from "../language/language.js";

export function createTabs(scope, { label, choose }) {
  const element = scope.make("div", { class: "ds-tabs", role: "tablist", "aria-label": label });
  const menu = scope.make("select", { class: "ds-select ds-view-menu", "aria-label": label });
  scope.on(menu, "change", () => choose(menu.value));
  let buttons = new Map();

  function offer(views, panelId) {
    buttons = new Map(views.map((view) => [view.id, tab(view, panelId)]));
    element.replaceChildren(...buttons.values());
    menu.replaceChildren(...views.map(({ id, title }) => scope.make("option", { value: id }, term(title))));
  }

  function tab(view, panelId) {
    const classes = view.absent ? "ds-tab ds-absent" : "ds-tab";
    const title = term(view.absent ?? view.caption) || null;
    const button = scope.make(
      "button",
      { type: "button", role: "tab", class: classes, "aria-controls": panelId, "data-view": view.id, title },
      term(view.title),
    );
    scope.on(button, "click", () => choose(view.id));
    return button;
  }

  function select(id) {
    menu.value = id;
    for (const [view, button] of buttons) {
      setAttribute(button, "aria-selected", String(view === id));
      setAttribute(button, "tabindex", view === id ? 0 : -1);
    }
  }

  const next = ({ target, key }) => neighbour([...buttons.keys()], target.dataset.view, key);
  onKey(scope, element, next, (id) => {
    choose(id);
    buttons.get(id).focus();
    buttons.get(id).scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  return { element, menu, offer, select };
}

/** The tab that an arrow, Home or End leads to, round the ends. */
export function neighbour(ids, current, key) {
  const at = ids.indexOf(current);
  const strides = { ArrowRight: 1, ArrowLeft: -1 };
  if (key === "Home") return ids[0];
  if (key === "End") return ids.at(-1);
  return key in strides ? ids[(at + strides[key] + ids.length) % ids.length] : null;
}
