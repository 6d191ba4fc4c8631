// What the page tells the bot. A cut connection is tried again with the same id for ten seconds.

import { freshId } from "./dom.js";

const PATIENCE = 10_000;
const PAUSES = [120, 250, 400, 600, 800];
const AWAY = new Set([502, 503, 504]);

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function once(path, body, patience) {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "X-Kollega": "workspace" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
}

/** The bot's answer, or null when it did not get through. The bot does each id only once. */
export async function send(path, body) {
  const request = { id: freshId(), ...body };
  const end = performance.now() + PATIENCE;
  for (let attempt = 0; performance.now() < end; attempt += 1) {
    const response = await once(path, request, end - performance.now()).catch(() => null);
    if (response && !AWAY.has(response.status)) return response.ok ? read(response) : null;
    await sleep(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
  }
  return null;
}

const read = (response) => response.json().catch(() => ({}));

/** Ask something that has no id and is not repeated: a faster clock, a fresh start, a restart. */
export async function ask(path, body = {}) {
  const response = await once(path, body, PATIENCE).catch(() => null);
  return response?.ok ? read(response) : null;
}
