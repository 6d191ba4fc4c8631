// A form that the bot opens: Slack's modal, or a dialog with an Adaptive Card in Teams.

import { slackBlocks, slackInputs } from "./blockkit.js";
import { el, icon } from "./dom.js";
import { slackText } from "./mrkdwn.js";
import { teamsCard } from "./teams.js";
import { label, say, translate, word } from "./words.js";

export function openForm(form, pane) {
  const dialog = pane.look === "slack" ? slackModal(form.slack, pane) : teamsDialog(form.teams, pane);
  dialog.lang = pane.language;
  document.body.append(translate(dialog));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-cancel]")) dialog.close(); });
  dialog.showModal();
  placeOver(dialog, pane.node);
  dialog.querySelector(".modal-body :is(input,select,textarea)")?.focus();
}

/** Above the pane it belongs to; the style sheet uses it where the panes stand side by side. */
function placeOver(dialog, node) {
  const box = node.getBoundingClientRect();
  const middle = box.left + box.width / 2 - dialog.offsetWidth / 2;
  dialog.style.setProperty("--left", `${Math.max(16, Math.min(middle, innerWidth - dialog.offsetWidth - 16))}px`);
}

/** Send it; the dialog stays, with a kind line, when that did not work. */
async function submit(dialog, pane, action, inputs, node) {
  const sorry = dialog.querySelector("[role=status]");
  sorry.textContent = "";
  if (await pane.press(action, inputs, node)) dialog.close();
  else sorry.textContent = say(pane.language, "not_sent");
}

const closer = () => el("button", { type: "button", class: "quiet", "data-cancel": true, ...label("dismiss") }, icon("close"));

const textOr = (text, key) => (text ? slackText(text) : el("span", word(key)));

function slackModal(view, pane) {
  const name = `modal-${view.callback_id ?? "form"}`;
  const send = el("button", { type: "submit", class: "bk-button bk-primary" }, textOr(view.submit, "send"));
  const cancel = el("button", { type: "button", class: "bk-button", "data-cancel": true }, textOr(view.close, "cancel"));
  const body = el("div", { class: "modal-body" }, slackBlocks(view.blocks, pane.act));
  const form = el("form", {}, el("header", {}, el("h2", { id: name }, slackText(view.title)), closer()), body,
    el("p", { class: "modal-sorry", role: "status" }), el("footer", {}, cancel, send));
  const dialog = el("dialog", { class: "modal modal-slack", "aria-labelledby": name }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(dialog, pane, { action_id: view.callback_id, value: view.private_metadata }, slackInputs(form), send);
  });
  return dialog;
}

function teamsDialog(card, pane) {
  const title = card.body?.find((part) => part.type === "TextBlock")?.text ?? pane.app(pane.language);
  const avatar = el("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("folder"));
  const act = (action, inputs, node) => submit(dialog, pane, action, inputs, node);
  const dialog = el("dialog", { class: "modal modal-teams", "aria-label": title },
    el("header", {}, avatar, el("p", {}, pane.app(pane.language)), closer()),
    el("div", { class: "modal-body" }, teamsCard(card, act)), el("p", { class: "modal-sorry", role: "status" }));
  return dialog;
}
