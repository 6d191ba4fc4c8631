// Where a person writes to the bot, and the menu of the platform's shortcuts beside it.

import { el, icon } from "./dom.js";
import { holdKey, mark } from "./hold.js";
import { person } from "./model.js";
import { label, word } from "./words.js";

export function buildComposer(pane) {
  const input = el("input", {
    "data-say": true, type: "text", class: "names", autocomplete: "off", maxlength: "3000", ...label("composer_label"),
  });
  const submit = el("button", { type: "submit", class: "composer-send", ...label("send") }, icon("send"));
  const form = el("form", { class: "composer" }, shortcuts(pane), input, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    input.value = "";
    if (text) pane.sayAloud(text);
  });
  // The placeholder follows the label, so both are always in the person's language.
  new MutationObserver(() => { input.placeholder = input.getAttribute("aria-label"); })
    .observe(input, { attributeFilter: ["aria-label"] });
  return form;
}

function shortcuts(pane) {
  const menu = el("div", { class: "menu", role: "menu", hidden: true, ...label("shortcuts") }, person(pane.person).levels.map(item));
  const opener = el("button", {
    type: "button", class: "composer-more", "aria-haspopup": "menu", "aria-expanded": "false", ...label("shortcuts"),
  }, icon("plus"));
  const show = (open) => {
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) menu.querySelector("button").focus();
  };
  opener.addEventListener("click", () => show(menu.hidden));
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shortcut]");
    if (!button) return;
    show(false);
    opener.focus();
    pane.shortcut(Number(button.dataset.shortcut));
  });
  menu.addEventListener("keydown", (event) => move(event, menu, () => { show(false); opener.focus(); }));
  const root = el("div", { class: "composer-shortcuts" }, opener, menu);
  root.addEventListener("focusout", (event) => { if (!root.contains(event.relatedTarget) && !menu.hidden) show(false); });
  return root;
}

function item(level) {
  return el("button", { type: "button", role: "menuitem", tabindex: "-1", "data-shortcut": level.level },
    el("span", { "data-level": level.level }),
    el("kbd", { "aria-hidden": "true", ...word("shortcut_keys", { level: level.level }) }));
}

/** The levels' names, in the words of the site and the language of the person whose pane it is. */
export function nameLevels(pane) {
  for (const level of person(pane.person).levels) {
    pane.node.querySelector(`[data-level="${level.level}"]`).textContent = level[pane.language];
    if (level.hold) mark(pane.node.querySelector(`[data-shortcut="${level.level}"]`), pressKey(pane, level));
  }
}

/** The shortcut is one press, whether it comes from the menu or from the keyboard. */
const pressKey = (pane, { level }) => `${pane.person} shortcut ${level}`;

/** Arrow keys in the menu, as in any menu; the key that opened it and is still down chooses nothing. */
function move(event, menu, close) {
  if (event.repeat && ["Enter", " "].includes(event.key)) event.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") close();
  else if (to === undefined) return;
  else items[(to + items.length) % items.length].focus();
  event.preventDefault();
  event.stopPropagation();
}

/** Where the keyboard's shortcut shows: in the menu if it is open, otherwise at its plus sign. */
function atHand(pane, { level }) {
  const item = pane.node.querySelector(`[data-shortcut="${level}"]`);
  return item.closest(".menu").hidden ? pane.node.querySelector(".composer-more") : item;
}

/** Alt+Shift+1, 2, 3: the shortcut of the pane that has the keyboard, otherwise of the first. */
export function listenForShortcutKeys(panes) {
  document.addEventListener("keydown", (event) => {
    const digit = /^(?:Digit|Numpad)([123])$/.exec(event.code)?.[1];
    if (!digit || !event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || event.repeat) return;
    event.preventDefault();
    const pane = panes.find((one) => one.node.contains(document.activeElement)) ?? panes[0];
    const level = person(pane.person).levels.find((one) => one.level === Number(digit));
    if (level?.hold) holdKey(event, pressKey(pane, level), () => atHand(pane, level), () => pane.shortcut(level.level));
    else pane.shortcut(Number(digit));
  });
}
