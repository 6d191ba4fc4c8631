// What a pane is built from: who it is, the app's bar, the home page's place, and the list's place.

import { el, icon } from "./dom.js";
import { everyone } from "./model.js";
import { label, pageLanguage, word } from "./words.js";

export function frame() {
  return el("div", { class: "frame" },
    el("span", { class: "avatar", "aria-hidden": "true" }),
    el("div", { class: "who" }, el("select", { "data-pick": true, ...label("pick_label") }), el("p", { class: "place" })),
    choice("names", "language_of", [["setLanguage", "sv", "SV"], ["setLanguage", "en", "EN"]], "lang_"));
}

/** The person's own page (Slack's App Home), pinned above the messages; it can be folded away. */
export function homeBox() {
  const summary = el("summary", {}, icon("house"), el("span", word("home")), icon("down"));
  return el("details", { class: "home", open: true, hidden: true }, summary, el("div", { class: "home-body" }));
}

export function stage() {
  const messages = el("ul", { class: "messages", "aria-live": "polite" });
  const empty = el("p", { class: "empty", ...word("empty") });
  const scroller = el("div", { class: "scroller", tabindex: "0", role: "region" }, messages, empty);
  return el("div", { class: "stage" }, scroller, el("button", { type: "button", class: "pill", hidden: true }));
}

/** "plats 14 · Kundcenter Östersund": the nearest first, because a narrow pane cuts the end. */
export const whereabouts = ({ place, site }) =>
  [place, site].map((text) => text?.[pageLanguage()]).filter(Boolean).join(" · ");

export const bar = () => el("div", { class: "bar" },
  el("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("folder")), el("b"),
  choice("names looks", "look_of", [["setLook", "slack", "Slack"], ["setLook", "teams", "Teams"]]));

/** A small group of buttons of which one is pressed. */
function choice(kind, groupLabel, entries, labels) {
  return el("div", { class: `choice ${kind}`, role: "group", ...label(groupLabel) }, entries.map(([name, value, text]) => {
    const node = el("button", { type: "button", ...(labels ? label(labels + value) : {}) }, text);
    node.dataset[name] = value;
    return node;
  }));
}

export function mark(root, name, value) {
  for (const node of root.querySelectorAll("button")) {
    if (node.dataset[name]) node.setAttribute("aria-pressed", String(node.dataset[name] === value));
  }
}

export function pickFrom(select, chosen) {
  const language = pageLanguage();
  const sites = new Set(everyone().map((one) => one.site[language]));
  select.replaceChildren(...[...sites].map((site) => peopleAt(site, language)));
  select.value = chosen;
}

function peopleAt(site, language) {
  const people = everyone().filter((one) => one.site[language] === site);
  const options = people.map((one) => el("option", { value: one.ref }, `${one.name} · ${one.role[language]}`));
  return el("optgroup", { label: site }, options);
}
