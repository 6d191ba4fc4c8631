// What the bot decided, newest first, and what now waits for the clock.

import { now, onTick } from "./clock.js";
import { el } from "./dom.js";
import { person } from "./model.js";
import { DAY, TIME_SECONDS, pageLanguage, sayHere, span, when } from "./words.js";

const KEPT = 200;
const timers = new Map();
let decisions = [];

const list = () => document.querySelector("#decisions");
const waiting = () => document.querySelector("#waiting");

export function addDecision(decision) {
  if (decisions.some((one) => one.n === decision.n && one.at === decision.at)) return;
  decisions.push(decision);
  if (decisions.length > KEPT) {
    decisions.shift();
    list().lastElementChild?.remove();
  }
  decision.effects?.forEach(noteTimer);
  const node = draw(decision);
  node.classList.add("is-new");
  list().prepend(node);
  paintEmpty();
  paintWaiting();
}

export function forgetDecisions() {
  decisions = [];
  timers.clear();
  paintDecisions();
}

export function paintDecisions() {
  list().replaceChildren(...decisions.toReversed().map(draw));
  paintEmpty();
  paintWaiting();
}

const paintEmpty = () => { document.querySelector("#decisions-empty").hidden = decisions.length > 0; };

function noteTimer(effect) {
  if (effect.kind === "later") timers.set(effect.key, effect);
  if (effect.kind === "forget") timers.delete(effect.key);
}

/** The timers that are still to come, soonest first. */
function coming() {
  return [...timers.values()].filter((timer) => Date.parse(timer.at) > now()).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Milliseconds to the next timer that the page has heard of, or null. */
export function untilNext() {
  const [first] = coming();
  return first ? Date.parse(first.at) - now() : null;
}

function paintWaiting() {
  const timersToCome = coming();
  document.querySelector("#waiting-box").hidden = timersToCome.length === 0;
  waiting().replaceChildren(...timersToCome.slice(0, 5).map((timer) => el("p", {},
    el("span", {}, sayHere("next_step")), el("span", {}, sayHere("waiting_in", { time: span(Date.parse(timer.at) - now()) })))));
}

let second = 0;
onTick(() => {
  const passed = Math.floor(now() / 1000);
  if (passed !== second) paintWaiting();
  second = passed;
});

function draw(decision) {
  const effects = decision.effects ?? [];
  return el("li", { "data-outcome": decision.outcome },
    el("div", { class: "decision-head" },
      el("time", { datetime: decision.at }, when(decision.at, pageLanguage(), TIME_SECONDS)),
      el("b", {}, nameOf(decision.who)),
      el("span", { class: "decision-end" }, ending(decision))),
    summary(effects).map((line) => el("p", { class: "effect" }, line)),
    el("details", { class: "decision-details" },
      el("summary", {}, sayHere("details")),
      el("p", {}, el("code", {}, decision.what)),
      effects.map((effect) => el("p", { class: "effect", "data-kind": effect.kind }, describe(effect)))));
}

/** What it means for people, in a line or two; slots and keys stand in the details. */
function summary(effects) {
  const shown = [...new Set(effects.filter((one) => one.kind === "show").map((one) => nameOf(one.to)))];
  const later = effects.findLast((one) => one.kind === "later");
  const lines = shown.length ? [sayHere("effect_shows", { names: shown.join(", ") })] : [];
  if (later) lines.push(sayHere("effect_next", { time: moment(later.at) }));
  return lines;
}

const nameOf = (ref) => (ref === "clock" ? sayHere("by_clock") : (person(ref)?.name ?? ref));

function ending({ outcome, ms }) {
  const time = ms === undefined || ms === null ? "" : ` · ${Math.round(ms * 10) / 10} ms`;
  return sayHere(`outcome_${outcome}`) + time.replace(".", pageLanguage() === "sv" ? "," : ".");
}

/** One effect as a sentence. */
function describe(effect) {
  const values = { ...effect, to: nameOf(effect.to), time: effect.at ? moment(effect.at) : "" };
  const lane = effect.lane === "alert" ? [" ", el("span", { class: "lane" }, sayHere("lane_alert"))] : [];
  return [sayHere(`effect_${effect.kind}`, values), ...lane];
}

function moment(iso) {
  const language = pageLanguage();
  const time = when(iso, language, TIME_SECONDS);
  const today = when(new Date(now()).toISOString(), language, DAY);
  const day = when(iso, language, DAY);
  return day === today ? time : `${day} ${time}`;
}
