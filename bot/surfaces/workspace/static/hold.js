// A deliberate press: a button that wants one is held for a moment, or pressed twice.
//
// Nobody here knows what such a button does, or in which look it is drawn: whatever carries
// data-hold is caught at the document before it hears of anything, and a press that counts
// reaches it as an ordinary click. A press is known by its number, not by its node, so that it
// outlives a message that is drawn anew under the finger.

import { hint, noHint } from "./holdhint.js";

const HOLD = 600;
const AGAIN = 4000;
const DEAF = 1000;
const SLACK = 24;

const numbers = new Map();
const told = new WeakMap();
const deafUntil = new Map();
let held = null;
let asked = null;
let passing = false;

/** A renderer says what one of its buttons would send. */
export const carries = (node, wireName, payload) => told.set(node, JSON.stringify([wireName, payload]));

/** Make those buttons under `root` that send one of `pairs` want a deliberate press. */
export function wantsHolding(root, pairs, whose) {
  const wanted = new Set((pairs ?? []).map((pair) => JSON.stringify(pair)));
  if (!wanted.size) return;
  for (const node of root.querySelectorAll("button")) {
    if (wanted.has(told.get(node))) mark(node, `${whose} ${told.get(node)}`);
  }
}

/** The same for one button; `key` is what its press is known by. */
export function mark(node, key) {
  node.dataset.hold = numberOf(key);
  node.dataset.wordDescription = "hold_how";
  paintOne(node);
}

/** A key of the keyboard that stands for a button elsewhere: `anchor()` is where the hint belongs. */
export const holdKey = (event, key, anchor, fire) => begin({ id: numberOf(key), by: event.code, anchor, fire });

function numberOf(key) {
  if (!numbers.has(key)) numbers.set(key, String(numbers.size + 1));
  return numbers.get(key);
}

const isDeaf = (id) => performance.now() < (deafUntil.get(id) ?? 0);
const deafen = (id) => deafUntil.set(id, performance.now() + DEAF);

/** The press of a button, wherever the button stands by the time the press counts. */
function pressOf(node, by) {
  const { hold: id } = node.dataset;
  const anchor = () => (node.isConnected ? node : document.querySelector(`[data-hold="${id}"]`));
  return { id, by, anchor, fire: () => click(anchor()) };
}

function click(node) {
  passing = true;
  try { node?.click(); } finally { passing = false; }
}

function begin(press) {
  stop();
  if (isDeaf(press.id)) return;
  clearTimeout(asked?.timer);
  held = { ...press, since: performance.now(), timer: setTimeout(complete, HOLD) };
  paint();
}

function complete() {
  held.sent = true;
  send(held);
  paint();
}

/** Whoever held lets go, or slides off: what was under way ends. Returns it. */
function stop() {
  const ended = held;
  held = null;
  clearTimeout(ended?.timer);
  if (ended?.sent) deafen(ended.id); // the click that comes with letting go
  if (asked) waitForAnother(asked);
  if (ended) paint();
  return ended;
}

/** A short press: the first one asks, the second one counts. */
function tap(press) {
  if (isDeaf(press.id)) return;
  if (asked?.id === press.id) send(press);
  else ask(press);
}

function ask(press) {
  waitForAnother(press);
  hint(press.anchor);
  paint();
}

function waitForAnother(press) {
  clearTimeout(asked?.timer);
  asked = { ...press, timer: setTimeout(forget, AGAIN) };
}

function forget() {
  clearTimeout(asked?.timer);
  asked = null;
  noHint();
  paint();
}

function send(press) {
  spend(press);
  press.fire();
}

/** It counts now: what comes straight after it does not. */
function spend({ id }) {
  deafen(id);
  forget();
}

const concerns = (press, node) => Boolean(press) && (node.dataset.hold === press.id || node === press.anchor());

function paint() {
  document.querySelectorAll("[data-hold],[data-held],[data-asked]").forEach(paintOne);
  for (const press of [held, asked]) paintOne(press?.anchor());
}

/** What is held, or waits for its second press, shows it, also when it was drawn anew meanwhile. */
function paintOne(node) {
  if (!node) return;
  const on = concerns(held, node);
  if (on && !node.hasAttribute("data-held")) node.style.setProperty("--since", `${Math.round(held.since - performance.now())}ms`);
  node.toggleAttribute("data-held", on);
  node.toggleAttribute("data-asked", concerns(asked, node));
}

const wanting = (event) => event.target.closest?.("[data-hold]");

const KEYS = ["Enter", " "];

function letGo() {
  stop();
  if (asked) forget();
}

const heard = {
  pointerdown(event) {
    const node = wanting(event);
    if (node && event.isPrimary && event.button === 0) begin(pressOf(node, `pointer ${event.pointerId}`));
  },
  pointermove(event) {
    if (held?.by === `pointer ${event.pointerId}` && !held.sent && !near(event, held.anchor())) stop();
  },
  pointerup: (event) => { if (held?.by === `pointer ${event.pointerId}`) stop(); },
  pointercancel: (event) => { if (held?.by === `pointer ${event.pointerId}`) stop(); },
  contextmenu: (event) => { if (wanting(event)) event.preventDefault(); }, // a long touch would end the press
  click(event) {
    const node = wanting(event);
    if (!node || passing) return;
    const press = pressOf(node, "click");
    if (asked?.id === press.id) {
      spend(press); // and this very click goes on to the button
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    tap(press);
  },
  keydown(event) {
    if (event.key === "Escape") letGo();
    const node = wanting(event);
    const ours = node && KEYS.includes(event.key);
    // A key that is still down after its press was sent presses nothing where the keyboard is now.
    if (!ours && held?.by !== event.code) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (ours && !event.repeat) begin(pressOf(node, event.code));
  },
  keyup(event) {
    if (wanting(event) && KEYS.includes(event.key)) event.preventDefault();
    if (held?.by !== event.code) return;
    event.preventDefault();
    const ended = stop();
    if (!ended.sent) tap(ended);
  },
};

function near({ clientX: x, clientY: y }, node) {
  const box = node?.getBoundingClientRect();
  return box && x > box.left - SLACK && x < box.right + SLACK && y > box.top - SLACK && y < box.bottom + SLACK;
}

export function listenForHolding() {
  document.documentElement.style.setProperty("--hold", `${HOLD}ms`);
  for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener, true);
  addEventListener("blur", () => stop());
}
