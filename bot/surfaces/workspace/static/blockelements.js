// The parts of Slack's blocks that a person can press or fill in.

import { el } from "./dom.js";
import { carries } from "./hold.js";
import { slackText } from "./mrkdwn.js";
import { word } from "./words.js";

const DRAW = { button, static_select: select, checkboxes: options, radio_buttons: options, plain_text_input: written };

let count = 0;

/**
 * One element. In an input block it is named (`field`) and only filled in; anywhere else using it
 * is an action of its own, told through `act(action, node)`.
 */
export function slackElement(part, act, field = null) {
  const draw = DRAW[part.type];
  return draw ? draw(part, act, field) : el("p", { class: "bk-unknown", ...word("unknown_block", { type: part.type }) });
}

function button(part, act) {
  const press = () => act({ action_id: part.action_id, value: part.value }, node);
  const look = `bk-button ${part.style ? `bk-${part.style}` : ""}`;
  const name = part.accessibility_label;
  const node = el("button", { type: "button", class: look, "aria-label": name, click: press }, slackText(part.text));
  carries(node, (part.action_id ?? "").split("#")[0], part.value ?? "{}");
  if (!part.url) return node;
  return el("a", { class: look, href: part.url, target: "_blank", rel: "noopener noreferrer" }, slackText(part.text));
}

const plain = (object) => slackText(object).textContent;

function select(part, act, field) {
  const all = part.options ?? part.option_groups.flatMap((group) => group.options);
  const node = el("select", {
    class: "bk-select", id: freshName(), required: field?.needed, "data-input": field?.name ?? part.action_id,
    "aria-label": field ? null : plain(part.placeholder ?? all[0].text),
    change: field ? null : () => act(chosen(part, all.find((one) => one.value === node.value)), node),
  }, part.initial_option ? null : el("option", { value: "" }, part.placeholder ? plain(part.placeholder) : "–"),
  all.map((one) => el("option", { value: one.value }, plain(one.text))));
  node.value = part.initial_option?.value ?? "";
  return node;
}

/** What Slack calls a chosen option: the value stands both alone and in the option. */
const chosen = (part, option) => ({ action_id: part.action_id, value: option?.value, selected_option: option });

function options(part, act, field) {
  const group = freshName();
  const on = new Set([...(part.initial_options ?? []), part.initial_option].filter(Boolean).map((one) => one.value));
  const node = el("fieldset", { class: "bk-options" });
  const chose = field ? null : (one) => act(picked(part, one, node), node);
  node.append(...part.options.map((one) => option(part, one, { group, field, on: on.has(one.value), act: chose })));
  return node;
}

function option(part, one, { group, field, on, act }) {
  const box = el("input", {
    type: part.type === "checkboxes" ? "checkbox" : "radio", name: group, value: one.value,
    "data-input": field?.name ?? part.action_id, checked: on, change: act && (() => act(one)),
    required: field?.needed && part.type === "radio_buttons",
  });
  const small = one.description && el("span", { class: "bk-hint" }, slackText(one.description));
  return el("label", { class: "bk-option" }, box, el("span", {}, slackText(one.text), small));
}

function picked(part, one, node) {
  if (part.type === "radio_buttons") return chosen(part, one);
  const values = new Set([...node.querySelectorAll(":checked")].map((box) => box.value));
  return { action_id: part.action_id, value: one.value, selected_options: part.options.filter((each) => values.has(each.value)) };
}

function written(part, act, field) {
  const shape = { class: "bk-written", id: freshName(), "data-input": field?.name ?? part.action_id, required: field?.needed,
    maxlength: part.max_length, placeholder: part.placeholder && plain(part.placeholder), autocomplete: "off" };
  const node = part.multiline ? el("textarea", { ...shape, rows: 4 }) : el("input", { ...shape, type: "text" });
  node.value = part.initial_value ?? "";
  return node;
}

const freshName = () => `bk-${(count += 1)}`;
