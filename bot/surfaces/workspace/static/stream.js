// What the bot tells the page: one event stream that survives a restart of the bot.

const NAMES = ["hello", "message", "decision", "clock", "person", "reset"];
const SOON = 150;
const LATER = 2000;
const EAGER_ATTEMPTS = 60;

/**
 * Listen for ever. `heard[name](data)` is called for each event, `heard.lost()` when the line is
 * cut. The browser would wait three seconds before it tries again by itself; a restarted bot is
 * back sooner than that, so we open the next stream ourselves.
 */
export function listen(heard, failures = 0) {
  const source = new EventSource("/events");
  let attempt = failures;
  source.addEventListener("hello", () => { attempt = 0; });
  for (const name of NAMES) {
    source.addEventListener(name, (event) => heard[name](JSON.parse(event.data)));
  }
  source.addEventListener("error", () => {
    source.close();
    heard.lost();
    setTimeout(() => listen(heard, attempt + 1), attempt < EAGER_ATTEMPTS ? SOON : LATER);
  });
  rest(source, heard);
}

/** A page that the browser puts aside gives its line back (there are six), and listens again when it returns. */
function rest(source, heard) {
  addEventListener("pagehide", () => {
    if (source.readyState === EventSource.CLOSED) return;
    source.close();
    addEventListener("pageshow", (event) => { if (event.persisted) listen(heard); }, { once: true });
  }, { once: true });
}
