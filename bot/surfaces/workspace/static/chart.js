// One bar chart for both looks: Slack's data_visualization and Teams' Chart.VerticalBar(.Grouped).

import { el, svg } from "./dom.js";

const COLOURS = ["#2f6f7e", "#c08a2d", "#6a6fae", "#5d8a52", "#8a6b5c", "#4d5b66"];
const WIDTH = 340;
const HEIGHT = 180;
const LEFT = 34;
const BOTTOM = 26;
const TOP = 16;

/** `series` is [[name, [value per category]]]. The same numbers stand as text for a reader. */
export function barChart(title, categories, series) {
  const scale = scaleFor(series.flatMap(([, values]) => values));
  const label = inWords(title, categories, series);
  const groups = categories.flatMap((name, index) => group(name, index, categories, series, scale));
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, ...grid(scale), ...groups);
  return el("figure", { class: "chart" }, el("figcaption", {}, title), picture, legend(series));
}

const inWords = (title, categories, series) =>
  `${title}. ` + series.map(([name, values]) =>
    `${name}: ${categories.map((category, index) => `${category} ${values[index] ?? 0}`).join(", ")}`).join(". ");

/** A top that is a round number, and a step that gives two to five lines. */
function scaleFor(values) {
  const most = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.5, 1, 2, 5].map((part) => part * power).find((size) => most / size <= 4) ?? power * 5;
  const whole = Math.max(1, step);
  return { step: whole, top: Math.ceil(most / whole) * whole };
}

const height = (value, { top }) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);

function grid(scale) {
  const lines = [];
  for (let value = 0; value <= scale.top; value += scale.step) {
    const y = height(value, scale);
    const label = svg("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end", class: "chart-axis" }, String(value));
    lines.push(svg("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: value ? "chart-line" : "chart-base" }), label);
  }
  return lines;
}

function group(name, index, categories, series, scale) {
  const slot = (WIDTH - LEFT) / categories.length;
  const bar = Math.min(46, (slot * 0.72) / series.length);
  const start = LEFT + slot * (index + 0.5) - (bar * series.length) / 2;
  const label = svg("text", { x: LEFT + slot * (index + 0.5), y: HEIGHT - 7, "text-anchor": "middle", class: "chart-axis" }, name);
  const columns = series.map(([, values], which) => column(values[index] ?? 0, start + bar * which, bar, which, scale));
  return [label, ...columns.flat()];
}

function column(value, x, width, which, scale) {
  const y = height(value, scale);
  return [
    svg("rect", { x: x + 2, y, width: width - 4, height: height(0, scale) - y, rx: 2, fill: COLOURS[which % COLOURS.length] }),
    svg("text", { x: x + width / 2, y: y - 4, "text-anchor": "middle", class: "chart-value" }, String(value)),
  ];
}

function legend(series) {
  if (series.length < 2) return null;
  return el("div", { class: "chart-legend", "aria-hidden": "true" }, series.map(([name], index) => {
    const square = svg("rect", { width: 10, height: 10, rx: 2, fill: COLOURS[index % COLOURS.length] });
    return el("span", {}, svg("svg", { viewBox: "0 0 10 10" }, square), name);
  }));
}
