// One line of a chat: who and when, the message as the platform shows it, and its JSON.

import { slackMessage } from "./blockkit.js";
import { el, icon } from "./dom.js";
import { wantsHolding } from "./hold.js";
import { person } from "./model.js";
import { teamsMessage } from "./teams.js";
import { TIME, say, when, word } from "./words.js";

/** The very JSON of a message, drawn as the platform `look` would draw it. */
function body(message, look, act) {
  const drawn = look === "slack" ? slackMessage(message.slack, act) : teamsMessage(message.teams, act);
  wantsHolding(drawn, message.hold, `${message.to} ${message.id}`);
  return drawn;
}

/** A message from the bot, or one that the person wrote. */
export function drawLine(line, pane) {
  const content = line.own ? [el("p", { class: "own" }, line.text)] : whole(line, pane);
  return el("li", { class: "message", tabindex: "-1", "data-message": line.id },
    line.own ? ownAvatar(line.to) : el("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("folder")),
    el("div", { class: "message-main" }, byline(line, pane), content));
}

export const drawHome = (message, pane) =>
  el("div", { class: "home-page", tabindex: "-1", "data-message": message.id }, whole(message, pane));

const whole = (message, { look, act }) => [json(message, look), body(message, look, act)];

const ownAvatar = (ref) => el("span", { class: "avatar", "aria-hidden": "true" }, person(ref).name.slice(0, 1));

function byline(line, pane) {
  const { language } = person(line.to);
  return el("div", { class: "byline" },
    el("b", {}, line.own ? person(line.to).name : pane.app(language)),
    line.own ? null : el("span", { class: "badge", ...word("app_badge") }),
    el("time", { datetime: line.at }, when(line.at, language, TIME)),
    line.edited_at && el("span", { class: "edited", ...word("edited") }));
}

/** The JSON is written out only while it is open: a chat's text holds what the person sees. */
function json(line, look) {
  const text = el("pre", { tabindex: "0" });
  const preview = el("p", { class: "json-preview" });
  const node = el("details", { class: "json", "data-json": true }, el("summary", {}, el("span", word("json"))), preview, text);
  node.addEventListener("toggle", () => {
    const { language } = person(line.to);
    text.textContent = node.open ? JSON.stringify(line[look], null, 2) : "";
    text.setAttribute("aria-label", say(language, "json_label", { platform: say(language, `look_${look}`) }));
    preview.textContent = node.open ? lockScreen(line, look, language) : "";
  });
  return node;
}

/** What a phone shows on its lock screen; a home page rings nobody, so it has no such line. */
function lockScreen(line, look, language) {
  const text = look === "slack" ? line.slack.text : line.teams.summary;
  return text && !line.home ? say(language, "json_preview", { text }) : "";
}
