// One pane: one person's chat with the bot, as Slack or as Teams shows it.

import { now } from "./clock.js";
import { buildComposer, nameLevels } from "./composer.js";
import { el, icon } from "./dom.js";
import { focusIn, giveFocus } from "./focus.js";
import { openForm } from "./form.js";
import { hintPlace } from "./holdhint.js";
import { drawHome } from "./lines.js";
import { MessageList } from "./messages.js";
import { chat, everyone, keepOwn, person } from "./model.js";
import { bar, frame, homeBox, mark, pickFrom, stage, whereabouts } from "./paneparts.js";
import { send } from "./send.js";
import { label, pageLanguage, say, sayHere, translate, word } from "./words.js";

const SOON = 1000; // ms: nobody waits longer without a word
const HUES = ["#2f6f7e", "#7a6a3f", "#5d6796", "#4f7a5b", "#84614f", "#5b6b78"];

export class Pane {
  /** `swap(pane, ref)` puts another person in this pane. */
  constructor(ref, look, swap) {
    Object.assign(this, { look, swap, person: ref, underWay: new Set() });
    this.act = (action, inputs, node) => this.press(action, inputs, node);
    this.node = this.build();
    const at = (selector) => this.node.querySelector(selector);
    this.list = new MessageList(this, at(".messages"), at(".scroller"), at(".pill"));
    this.node.addEventListener("click", (event) => this.clicked(event.target.closest("button")));
    at("[data-pick]").addEventListener("change", (event) => swap(this, event.target.value));
  }

  app(language) { return person(this.person).app[language]; }
  get language() { return person(this.person).language; }

  build() {
    const client = el("div", { class: "client" },
      bar(), homeBox(), stage(), el("div", { class: "notices", role: "status" }), buildComposer(this), hintPlace());
    return el("section", { class: "pane" }, el("h2", { class: "unseen" }), frame(), client);
  }

  /** Paint everything: another person, another look, another language, or a fresh start. */
  paint() {
    const someone = person(this.person);
    Object.assign(this.node.dataset, { person: this.person, look: this.look });
    this.node.querySelector(".client").lang = someone.language;
    this.paintFrame(someone);
    this.paintHome();
    this.paintNotices();
    translate(this.node);
    this.list.repaint();
  }

  paintFrame(someone) {
    const at = (selector) => this.node.querySelector(selector);
    const { name, language } = someone;
    const values = JSON.stringify({ name, app: this.app(language) });
    for (const node of this.node.querySelectorAll(".names")) node.dataset.wordValues = values;
    at("h2").textContent = `${name}, ${someone.role[pageLanguage()]}`;
    this.node.setAttribute("aria-label", sayHere("pane_label", { name }));
    at(".frame .avatar").textContent = name.slice(0, 1);
    at(".frame .avatar").style.background = HUES[everyone().indexOf(someone) % HUES.length];
    at(".place").textContent = whereabouts(someone);
    at(".bar b").textContent = this.app(language);
    at(".scroller").setAttribute("aria-label", say(language, "messages_of", { name }));
    pickFrom(at("[data-pick]"), this.person);
    nameLevels(this);
    mark(this.node, "setLook", this.look);
    mark(this.node, "setLanguage", language);
  }

  /** On a small screen the home page makes room for the first message, unless it is being used. */
  makeRoom() {
    const home = this.node.querySelector(".home");
    const small = matchMedia("(max-height: 760px), (max-width: 640px)").matches;
    if (small && !this.madeRoom && !home.contains(document.activeElement)) home.open = false;
    this.madeRoom = true;
  }

  paintHome() {
    const { home } = chat(this.person);
    const box = this.node.querySelector(".home");
    const focus = focusIn(box);
    box.hidden = !home;
    box.querySelector(".home-body").replaceChildren(...(home ? [translate(drawHome(home, this))] : []));
    translate(box);
    if (home && focus?.place > 0) giveFocus(box, focus);
  }

  paintNotices() {
    const lines = chat(this.person).notices.map((text) => this.notice(text));
    this.node.querySelector(".notices").replaceChildren(...lines);
    translate(this.node.querySelector(".notices"));
  }

  notice(text) {
    const close = el("button", { type: "button", class: "quiet", "data-dismiss": true, ...label("dismiss") }, icon("close"));
    const who = el("p", { class: "notice-who" }, icon("eye"), el("span", word("only_you")));
    return el("div", { class: "notice" }, who, el("p", {}, text), close);
  }

  clicked(button) {
    const { setLook, setLanguage, dismiss } = button?.dataset ?? {};
    if (setLook) {
      this.look = setLook;
      this.paint();
    } else if (setLanguage) this.setLanguage(setLanguage);
    else if (dismiss !== undefined) this.tell([]);
  }

  async setLanguage(language) {
    if (language === this.language) return;
    const answer = await send("/api/language", { person: this.person, language });
    if (answer === null) this.tell([this.sorry()]);
  }

  /** A button, a form or a choice: told to the bot with what stood in the inputs. */
  async press(action, inputs, node) {
    if (node?.getAttribute("aria-busy") === "true") return true;
    node?.setAttribute("aria-busy", "true");
    const got = await this.once("/api/press", { as: this.look, action, inputs });
    node?.removeAttribute("aria-busy");
    return got;
  }

  shortcut(level) { return this.once("/api/shortcut", { level }); }

  /** The same press is never under way twice, also when its button was drawn anew meanwhile. */
  async once(path, body) {
    const press = JSON.stringify([this.person, path, body.action ?? body.level]);
    if (this.underWay.has(press)) return true;
    this.underWay.add(press);
    try { return await this.deliver(path, body); } finally { this.underWay.delete(press); }
  }

  sayAloud(text) {
    const line = keepOwn(this.person, text, new Date(now()).toISOString());
    translate(this.node);
    this.list.put(line, false);
    return this.deliver("/api/say", { text });
  }

  /** Send and show the answer to whoever asked, even if the pane shows somebody else by then. */
  async deliver(path, body) {
    const asker = this.person;
    this.tell([]);
    const waiting = setTimeout(() => {
      if (asker === this.person) this.tell([say(this.language, "slow")]);
    }, SOON);
    const answer = await send(path, { person: asker, ...body });
    clearTimeout(waiting);
    if (asker !== this.person) return answer !== null;
    this.tell(answer ? (answer.notices ?? []) : [this.sorry()]);
    if (answer?.form) openForm(answer.form, this);
    return answer !== null;
  }

  sorry() { return say(this.language, "not_sent"); }

  tell(notices) {
    chat(this.person).notices = notices;
    this.paintNotices();
  }
}
