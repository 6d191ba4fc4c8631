// One pane's list of messages: new ones slide in at the end, edited ones change where they stand.

import { el } from "./dom.js";
import { calm, focusIn, giveFocus } from "./focus.js";
import { drawLine } from "./lines.js";
import { chat, person } from "./model.js";
import { DAY, translate, when } from "./words.js";

/** `quiet` paints without any movement: replays and switches. */
export class MessageList {
  constructor(pane, list, scroller, pill) {
    Object.assign(this, { pane, list, scroller, pill });
    pill.addEventListener("click", () => this.show(this.waiting));
    this.keepTheEnd();
    scroller.addEventListener("scroll", () => { if (this.waiting && this.sees(this.waiting)) this.settle(); });
  }

  /** Who reads the newest message keeps reading it when the list gets lower, or narrower. */
  keepTheEnd() {
    let wasAtEnd = true;
    this.scroller.addEventListener("scroll", () => { wasAtEnd = this.atEnd(); });
    new ResizeObserver(() => { if (wasAtEnd) this.toEnd(); }).observe(this.scroller);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  repaint() {
    this.list.replaceChildren();
    this.settle();
    for (const line of chat(this.pane.person).lines.values()) this.append(line);
    this.toEnd();
  }

  put(line, quiet) {
    const old = this.find(line.id);
    if (old) this.replace(old, line, quiet);
    else this.add(line, quiet);
  }

  find(id) {
    return this.list.querySelector(`[data-message="${CSS.escape(id)}"]`);
  }

  add(line, quiet) {
    const atEnd = this.atEnd();
    const node = this.append(line);
    if (quiet) this.toEnd();
    else {
      node.classList.add("is-new");
      if (atEnd || line.own) this.show(node);
      else this.announce(node, "new_below");
    }
  }

  append(line) {
    const { language } = person(this.pane.person);
    const day = when(line.at, language, DAY);
    if (day !== this.list.lastElementChild?.dataset.day) {
      this.list.append(el("li", { class: "day", "data-day": day }, el("span", {}, day)));
    }
    const node = translateIn(this.list, drawLine(line, this.pane));
    node.dataset.day = day;
    return node;
  }

  replace(old, line, quiet) {
    const atEnd = this.atEnd();
    const focus = focusIn(old);
    const open = old.querySelector("[data-json]")?.open;
    const node = drawLine(line, this.pane);
    node.dataset.day = old.dataset.day;
    old.replaceWith(node);
    translate(node);
    if (open) node.querySelector("[data-json]").open = true;
    giveFocus(node, focus);
    if (quiet) return;
    node.classList.add("is-changed");
    if (atEnd && this.sees(node)) this.show(node);
    else if (!this.sees(node)) this.announce(node, node.offsetTop < this.scroller.scrollTop ? "changed_above" : "new_below");
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 90;
  }

  sees(node) {
    const inside = this.scroller.getBoundingClientRect();
    const box = node.getBoundingClientRect();
    return box.bottom > inside.top + 40 && box.top < inside.bottom - 40;
  }

  /** Bring a message into view, from its first line when it is taller than the pane. */
  show(node) {
    this.settle();
    const low = node.offsetTop + node.offsetHeight - this.scroller.clientHeight + 16;
    const top = Math.min(node.offsetTop - 12, Math.max(low, 0));
    this.scroller.scrollTo({ top, behavior: calm() ? "auto" : "smooth" });
  }

  announce(node, key) {
    this.waiting = node;
    this.pill.dataset.word = key;
    this.pill.hidden = false;
    translate(this.pill);
  }

  settle() {
    this.waiting = null;
    this.pill.hidden = true;
  }
}

function translateIn(list, node) {
  list.append(node);
  return translate(node);
}
