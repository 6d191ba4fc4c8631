// The short line at a button that was pressed too briefly: hold, or press again.

import { el } from "./dom.js";
import { pageLanguage, say } from "./words.js";

const GAP = 7;
const EDGE = 8;
const OTHERS = "button:not(.composer-more, .composer-send)";

let anchorNow = null;

/** Where a pane's hint is read aloud and shown; it stands there empty until it is needed. */
export const hintPlace = () => el("p", { class: "hold-hint", role: "status" });

/** Show it at the node that `anchor()` finds, which may be drawn anew meanwhile. */
export function hint(anchor) {
  noHint();
  const place = anchor()?.closest("[data-person]")?.querySelector(".hold-hint");
  if (!place) return;
  place.textContent = say(place.closest("[lang]")?.lang ?? pageLanguage(), "hold_hint");
  anchorNow = anchor;
  follow(place, anchor);
}

export function noHint() {
  anchorNow = null;
  for (const place of document.querySelectorAll(".hold-hint")) place.textContent = "";
}

/** Stay at the button while the list scrolls or its message is drawn anew. */
function follow(place, anchor) {
  if (anchorNow !== anchor) return;
  const node = anchor();
  const box = node?.getBoundingClientRect();
  place.toggleAttribute("data-away", !box?.width);
  if (box?.width) put(place, box);
  requestAnimationFrame(() => follow(place, anchor));
}

/** Above the button, where no finger covers it, unless that is less free than below. */
function put(place, box) {
  const { offsetWidth: width, offsetHeight: height } = place;
  const left = Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE));
  const others = [...place.parentElement.querySelectorAll(OTHERS)].map((one) => one.getBoundingClientRect());
  const covered = (top) => others.filter((one) => left < one.right && one.left < left + width && top < one.bottom && one.top < top + height).length;
  const [above, below] = [box.top - height - GAP, box.bottom + GAP];
  const free = above >= EDGE && covered(above) <= covered(below);
  place.style.setProperty("left", `${left}px`);
  place.style.setProperty("top", `${free ? above : below}px`);
}
