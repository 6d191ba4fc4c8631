// The bot's clock: the page learns how far it is from its own and then ticks by itself.

import { DAY, TIME_SECONDS, pageLanguage, when } from "./words.js";

let offset = 0;
const listeners = [];

export const now = () => Date.now() + offset;

export function setNow(iso) {
  offset = new Date(iso).getTime() - Date.now();
  tick();
}

export const onTick = (listener) => listeners.push(listener);

export function tick() {
  for (const listener of listeners) listener();
}

export function startClock(dayNode, timeNode) {
  onTick(() => {
    const moment = new Date(now()).toISOString();
    dayNode.textContent = when(moment, pageLanguage(), DAY);
    timeNode.textContent = when(moment, pageLanguage(), TIME_SECONDS);
    timeNode.dateTime = moment;
  });
  setInterval(tick, 250);
}
