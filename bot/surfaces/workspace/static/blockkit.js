// Slack's Block Kit as nodes: every block the bot uses, and a plain line for any other.

import { slackElement } from "./blockelements.js";
import { barChart } from "./chart.js";
import { el } from "./dom.js";
import { mrkdwn, slackText } from "./mrkdwn.js";
import { word } from "./words.js";

const DRAW = {
  header: (block) => el("h3", { class: "bk-header" }, slackText(block.text)),
  section,
  context: (block) => el("div", { class: "bk-context" }, block.elements.map(contextPart)),
  actions: (block, act) => el("div", { class: "bk-actions" }, block.elements.map((part) => slackElement(part, act))),
  input,
  image,
  divider: () => el("hr", { class: "bk-divider" }),
  data_visualization: chart,
};

/**
 * A Slack message. `act(action, inputs, node)` is told what a person pressed, with what stands in
 * the message's inputs at that moment.
 */
export function slackMessage({ blocks, text }, act) {
  if (!blocks?.length) return el("div", { class: "bk" }, el("div", { class: "bk-text" }, mrkdwn(text ?? "")));
  return slackBlocks(blocks, act);
}

export function slackBlocks(blocks, act) {
  const root = el("div", { class: "bk" });
  const withInputs = (action, node) => act(action, slackInputs(root), node);
  root.append(...blocks.map((block) => (DRAW[block.type] ?? unknown)(block, withInputs)));
  return root;
}

/** What was filled in, by the inputs' action_id. */
export function slackInputs(root) {
  const values = {};
  for (const field of root.querySelectorAll("[data-input]")) {
    if (field.type === "radio" && !field.checked) continue;
    if (field.type === "checkbox") {
      values[field.dataset.input] ??= [];
      if (field.checked) values[field.dataset.input].push(field.value);
    } else values[field.dataset.input] = field.value;
  }
  return values;
}

function section(block, act) {
  const words = el("div", { class: "bk-words" });
  if (block.text) words.append(el("div", { class: "bk-text" }, slackText(block.text)));
  if (block.fields) words.append(el("div", { class: "bk-fields" }, block.fields.map((field) => el("div", {}, slackText(field)))));
  return el("div", { class: "bk-section" }, words, block.accessory && accessory(block.accessory, act));
}

const accessory = (part, act) =>
  el("div", { class: "bk-accessory" }, part.type === "image" ? picture(part) : slackElement(part, act));

const contextPart = (part) => (part.type === "image" ? picture(part) : el("span", {}, slackText(part)));

const picture = (part) => el("img", { src: part.image_url, alt: part.alt_text, loading: "lazy" });

function image(block) {
  const caption = block.title && el("figcaption", {}, slackText(block.title));
  return el("figure", { class: "bk-image" }, caption, picture(block));
}

function input(block, act) {
  const needed = !block.optional;
  const field = slackElement(block.element, act, { name: block.element.action_id, needed });
  const hint = block.hint && el("p", { class: "bk-hint" }, slackText(block.hint));
  const optional = block.optional && el("span", { class: "bk-optional", ...word("optional") });
  if (field.matches("fieldset")) {
    field.prepend(el("legend", {}, slackText(block.label), optional));
    return el("div", { class: "bk-input" }, field, hint);
  }
  return el("div", { class: "bk-input" }, el("label", { for: field.id }, slackText(block.label), optional), field, hint);
}

function chart(block) {
  const { series, axis_config: axis } = block.chart;
  const categories = axis?.categories ?? series[0].data.map((point) => point.label);
  const valueOf = (one, category) => one.data.find((point) => point.label === category)?.value ?? 0;
  return barChart(block.title, categories, series.map((one) => [one.name, categories.map((category) => valueOf(one, category))]));
}

const unknown = (block) => el("p", { class: "bk-unknown", ...word("unknown_block", { type: block.type }) });
