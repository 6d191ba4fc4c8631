// On a narrow screen one pane shows at a time: a bar of names chooses which.

import { el } from "./dom.js";
import { person } from "./model.js";
import { word } from "./words.js";

export function startTabs(bar, panes) {
  panes.forEach((pane, index) => {
    const dot = el("span", { class: "tab-news", hidden: true }, el("span", { class: "unseen", ...word("unread") }));
    const press = () => choose(bar, panes, index);
    bar.append(el("button", { type: "button", click: press }, el("span", { class: "tab-name" }), dot));
  });
  choose(bar, panes, 0);
}

function choose(bar, panes, chosen) {
  panes.forEach((pane, index) => {
    pane.node.classList.toggle("is-chosen", index === chosen);
    bar.children[index].setAttribute("aria-pressed", String(index === chosen));
  });
  bar.children[chosen].querySelector(".tab-news").hidden = true;
  // A list that was not shown could not scroll, so it does so now.
  panes[chosen].list.toEnd();
}

export function paintTabs(bar, panes) {
  panes.forEach((pane, index) => { bar.children[index].querySelector(".tab-name").textContent = person(pane.person).name; });
}

/** A dot at the name of a pane that is not in view. */
export function news(bar, panes, pane) {
  const index = panes.indexOf(pane);
  if (!pane.node.classList.contains("is-chosen")) bar.children[index].querySelector(".tab-news").hidden = false;
}
