// Teams' Adaptive Cards, drawn by Microsoft's own renderer with the Teams host config.

import { barChart } from "./chart.js";
import { el } from "./dom.js";
import { carries } from "./hold.js";

const { AdaptiveCards } = window;

// Teams itself moved on since the host config was published: these are its present colours, which
// have enough contrast. "Attention" is brown here, because nothing on this page is red.
const INK = { default: "#242424", subtle: "#5c5c5c" };
const FOREGROUND = {
  default: INK,
  accent: { default: "#4f52b2", subtle: "#5b5fc7" },
  good: { default: "#237b4b", subtle: "#2f6b48" },
  warning: { default: "#7a5200", subtle: "#7a5200" },
  attention: { default: "#84461b", subtle: "#84461b" },
};
const BACKGROUND = { emphasis: "#f5f5f5", accent: "#ebecfa", good: "#eaf4ee", warning: "#fbf5e3", attention: "#f9f0e6" };

let hostConfig;

/** Load the host config once; cards can be drawn after that. */
export async function prepareTeams() {
  const response = await fetch("/static/vendor/adaptivecards-designer/microsoft-teams-light.json");
  const config = await response.json();
  for (const [name, style] of Object.entries(config.containerStyles)) {
    Object.assign(style.foregroundColors, FOREGROUND);
    style.backgroundColor = BACKGROUND[name] ?? style.backgroundColor;
  }
  config.textBlock.headingLevel = 3;
  config.fontTypes.default.fontFamily = "inherit";
  hostConfig = new AdaptiveCards.HostConfig(config);
}

AdaptiveCards.GlobalSettings.setTabIndexAtCardRoot = false;

// Plain text only. The renderer wants HTML back, so every character that means something is escaped.
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\n": "<br>" };
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = text.replace(/[&<>"'\n]/g, (character) => ESCAPED[character]);
  result.didProcess = true;
};

/** Charts are Teams' own addition to Adaptive Cards; the renderer does not know them. */
class Chart extends AdaptiveCards.CardElement {
  internalParse(source, context) {
    super.internalParse(source, context);
    this.source = source;
  }

  internalRender() {
    return barChart(this.source.title, this.categories(), this.series());
  }
}

class SimpleBars extends Chart {
  getJsonTypeName() { return "Chart.VerticalBar"; }
  categories() { return this.source.data.map((point) => point.x); }
  series() { return [[this.source.title, this.source.data.map((point) => point.y)]]; }
}

class GroupedBars extends Chart {
  getJsonTypeName() { return "Chart.VerticalBar.Grouped"; }
  categories() { return [...new Set(this.source.data.flatMap((one) => one.values.map((point) => point.x)))]; }
  series() {
    const valueOf = (one, x) => one.values.find((point) => point.x === x)?.y ?? 0;
    return this.source.data.map((one) => [one.legend, this.categories().map((x) => valueOf(one, x))]);
  }
}

AdaptiveCards.GlobalRegistry.elements.register("Chart.VerticalBar", SimpleBars);
AdaptiveCards.GlobalRegistry.elements.register("Chart.VerticalBar.Grouped", GroupedBars);

/** A Teams message: its text, if it has any, and its cards. `act` is as in blockkit.js. */
export function teamsMessage({ text, attachments }, act) {
  const cards = (attachments ?? []).map((attachment) => teamsCard(attachment.content, act));
  return el("div", { class: "tm" }, text && el("p", { class: "tm-text" }, text), cards);
}

export function teamsCard(json, act) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = hostConfig;
  card.parse(json);
  card.onExecuteAction = (action) => execute(card, action, act);
  const drawn = card.render();
  tidy(drawn);
  card.getAllActions().forEach(tellPress);
  return el("div", { class: "tm-card" }, drawn);
}

function tellPress(action) {
  const { verb, data } = action.toJSON();
  if (verb && action.renderedElement) carries(action.renderedElement, verb, data?.payload ?? "{}");
}

function execute(card, action, act) {
  if (action instanceof AdaptiveCards.OpenUrlAction) {
    window.open(action.url, "_blank", "noopener,noreferrer");
    return;
  }
  // Without what was filled in: that travels as `inputs`, as it does for Slack.
  const { verb, data } = action.toJSON();
  act({ verb, data: data ?? {} }, inputsOf(card), action.renderedElement);
}

function inputsOf(card) {
  return Object.fromEntries(card.getAllInputs().map((input) => [input.id, input.value ?? ""]));
}

/** A button's name is its text: the renderer says it twice more, as a label and as a tooltip. */
function tidy(drawn) {
  for (const button of drawn.querySelectorAll("button")) {
    for (const name of ["aria-label", "title"]) {
      if (button.getAttribute(name) === button.textContent) button.removeAttribute(name);
    }
  }
}
