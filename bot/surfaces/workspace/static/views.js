// A view over the page: how something stands for one person just now. The address says which one
// is open (#view=name&person=ref), so that it can be linked, reloaded, and kept beside the page.

import { slackBlocks } from "./blockkit.js";
import { now, onTick } from "./clock.js";
import { el } from "./dom.js";
import { person } from "./model.js";
import { pickFrom } from "./paneparts.js";
import { TIME_SECONDS, pageLanguage, sayHere, when } from "./words.js";

const SOON = 120;
const LATER = 2000;
const MINUTE = 60_000;

const one = (selector) => document.querySelector(selector);
const dialog = () => one("#view");
const body = () => one("#view-body");

let views = [];
let open = null;
let asked = 0;
let timer = null;
let shown = "";

/** `whose()` is the person that a view opens with when the address names nobody. */
export async function startViews(whose) {
  const response = await fetch("/api/views").catch(() => null);
  views = response?.ok ? await response.json() : [];
  one("#views").append(...views.map(entry));
  const follow = () => turnTo(whose);
  addEventListener("hashchange", follow);
  one("#view-person").addEventListener("change", (event) => go({ ...open, person: event.target.value }));
  one("[data-close-view]").addEventListener("click", () => dialog().close());
  dialog().addEventListener("click", (event) => { if (event.target === dialog()) dialog().close(); });
  dialog().addEventListener("close", closed);
  onTick(everyMinute);
  paintViews();
  follow();
}

const entry = ({ name }) => el("a", { class: "tool", href: `#${address({ view: name })}`, "data-view": name, "aria-haspopup": "dialog" });

const address = (place) => new URLSearchParams(place).toString();

/** The titles, in the page's language. */
export function paintViews() {
  for (const { name, title } of views) one(`[data-view="${CSS.escape(name)}"]`).textContent = title[pageLanguage()];
  if (open) paintFrame();
}

function paintFrame() {
  const title = views.find(({ name }) => name === open.view).title[pageLanguage()];
  one("#view-title").textContent = title;
  document.title = `${title} · Kollega`;
  pickFrom(one("#view-person"), open.person);
  viewStale();
}

/** Show what the address asks for; an address that asks for nothing we have closes the view. */
function turnTo(whose) {
  const { view, person: ref } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (!views.some(({ name }) => name === view)) {
    if (open) dialog().close();
    return;
  }
  go({ view, person: ref || whose() });
  if (!dialog().open) dialog().showModal();
}

function go(place) {
  open = place;
  shown = "";
  history.replaceState(null, "", `#${address(open)}`);
  paintFrame();
}

function closed() {
  const link = one(`[data-view="${CSS.escape(open.view)}"]`);
  open = null;
  document.title = "Kollega";
  body().replaceChildren();
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (link.offsetParent) link.focus();
}

/** Something happened, or time went by: look again, once for whatever happens close together. */
export function viewStale() {
  if (!open || timer) return;
  timer = setTimeout(() => { timer = null; look(); }, SOON);
}

let minute = 0;
function everyMinute() {
  const passed = Math.floor(now() / MINUTE);
  if (passed !== minute) viewStale();
  minute = passed;
}

async function look() {
  if (!open) return;
  const turn = (asked += 1);
  const query = new URLSearchParams({ name: open.view, person: open.person });
  const response = await fetch(`/api/view?${query}`).catch(() => null);
  const found = response?.ok ? await response.json().catch(() => null) : null;
  if (!open || turn !== asked) return; // another one is looked at by now
  if (found) draw(found);
  else if (response?.status === 404) drawNothing();
  else waitOn();
}

function draw({ blocks }) {
  const language = person(open.person)?.language ?? pageLanguage();
  const fresh = JSON.stringify([open, blocks, language]);
  tellTime(fresh !== shown);
  if (fresh === shown) return;
  shown = fresh;
  body().lang = language;
  body().replaceChildren(slackBlocks(untitled(blocks), () => {}));
  // It is a picture of how things are: nothing is pressed in it.
  body().querySelectorAll("button,select,input,textarea").forEach((node) => { node.disabled = true; });
}

/** A card that is called what the view is called does not say so twice. */
function untitled([first, ...rest]) {
  const { title } = views.find(({ name }) => name === open.view);
  const same = first.type === "header" && Object.values(title).includes(first.text.text);
  return same && rest.length ? rest : [first, ...rest];
}

function drawNothing() {
  shown = "";
  body().lang = pageLanguage();
  body().replaceChildren(el("p", {}, sayHere("view_nothing")));
  one("#view-time").textContent = "";
}

/** The bot is away for a moment: what stood there stays, and says that it is old. */
function waitOn() {
  one("#view-time").textContent = sayHere("view_waits");
  setTimeout(viewStale, LATER);
}

/** Everybody sees that it is fresh; who listens is only told when something changed. */
function tellTime(changed) {
  const text = sayHere("view_time", { time: when(new Date(now()).toISOString(), pageLanguage(), TIME_SECONDS) });
  one("#view-time").textContent = text;
  if (changed) one("#view-said").textContent = text;
}
