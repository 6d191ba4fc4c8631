// The header: the clock, fast-forward, a restart in the middle of a call, and a fresh start.

import { setNow } from "./clock.js";
import { untilNext } from "./decisions.js";
import { restartBegins } from "./restart.js";
import { ask } from "./send.js";

const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);

/** `changeLanguage(language)` is called when the page's own language was chosen. */
export function startHeader(world, changeLanguage) {
  all("[data-page-language]").forEach((button) => {
    button.addEventListener("click", () => changeLanguage(button.dataset.pageLanguage));
  });
  discloses(one("[data-tools]"), one("#tools"));
  startMenu(one("#menu"));
  startDrawer();
  startIntro();
  if (!world.demo) {
    all("[data-demo]").forEach((node) => node.remove());
    return;
  }
  all("[data-forward]").forEach((button) => button.addEventListener("click", () => forward(Number(button.dataset.forward))));
  one("[data-forward-next]").addEventListener("click", () => forward(Math.ceil((untilNext() ?? 0) / 1000)));
  setInterval(() => { one("[data-forward-next]").disabled = untilNext() === null; }, 250);
  one("[data-kill]").addEventListener("click", kill);
  one("[data-reset]").addEventListener("click", () => ask("/api/reset", { boot: document.documentElement.dataset.boot }));
}

/** Closed by a click elsewhere or Escape; a dialog that was opened from it gives the focus back. */
function startMenu(menu) {
  addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

export function markLanguage(language) {
  for (const button of all("[data-page-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.pageLanguage === language));
  }
}

async function forward(seconds) {
  if (!seconds) return;
  const answer = await ask("/api/forward", { seconds });
  if (answer?.now) setNow(answer.now);
}

/**
 * The answer may never come, because whoever would give it is gone: nothing waits for it. A
 * browser repeats a request that was cut, so we say which process is meant.
 */
function kill() {
  restartBegins();
  ask("/api/kill", { boot: document.documentElement.dataset.boot });
}

function discloses(button, target) {
  button.addEventListener("click", () => show(button, target, target.dataset.open !== "1"));
}

function show(button, target, open) {
  target.dataset.open = open ? "1" : "0";
  button.setAttribute("aria-expanded", String(open));
}

function startDrawer() {
  const drawer = one("#drawer");
  const toggle = one("[data-decisions]");
  const closer = one("[data-close-drawer]");
  const set = (open) => {
    drawer.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    // Where the drawer lies over the page, the keyboard goes along.
    if (open && matchMedia("(max-width: 1240px)").matches) closer.focus();
  };
  const close = () => { set(false); toggle.focus(); };
  toggle.addEventListener("click", () => set(drawer.hidden));
  closer.addEventListener("click", close);
  drawer.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
}

const SEEN = "kollega.intro";

/** Three lines that say what to try first; once closed they stay away. */
function startIntro() {
  const intro = one("#intro");
  try { intro.hidden = localStorage.getItem(SEEN) === "closed"; } catch { intro.hidden = false; }
  one("[data-close-intro]").addEventListener("click", () => {
    intro.hidden = true;
    try { localStorage.setItem(SEEN, "closed"); } catch { /* private window: shown again */ }
  });
}
