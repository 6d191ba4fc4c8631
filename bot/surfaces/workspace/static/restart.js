// The banner of a restart: the bot is away, and then how long it was away.

import { decimal, pageLanguage, sayHere } from "./words.js";

const NOTICEABLE = 700;
const STAYS = 7000;

const banner = () => document.querySelector("#banner");
let awaySince = null;
let boot = null;
let timer = null;

/** Somebody pressed the button, so we know at once. */
export function restartBegins() {
  awaySince = performance.now();
  show(sayHere("restarting"));
}

/** The line was cut. A short cut is nobody's business; a longer one is said. */
export function lineLost() {
  if (awaySince !== null) return;
  awaySince = performance.now();
  clearTimeout(timer);
  timer = setTimeout(() => show(sayHere("restarting")), NOTICEABLE);
}

/** The bot says hello: a new boot id tells that it is another process than before, `afresh` with an empty store. */
export function lineFound(newBoot, afresh = false) {
  const another = boot !== null && boot !== newBoot;
  const seconds = awaySince === null ? 0 : (performance.now() - awaySince) / 1000;
  boot = newBoot;
  awaySince = null;
  if (another && !afresh) show(sayHere("restarted", { seconds: decimal(seconds, pageLanguage()) }), STAYS);
  else show("", 1);
}

function show(text, milliseconds) {
  clearTimeout(timer);
  banner().textContent = text;
  banner().dataset.open = text ? "1" : "0";
  if (milliseconds && text) timer = setTimeout(() => show(""), milliseconds);
}
