// Slack's mrkdwn as nodes: bold, italic, struck, code, links, quotes, and its three entities.

import { el } from "./dom.js";

const MARKS = new RegExp(
  [
    "`([^`\\n]+)`",
    "(?<![\\p{L}\\p{N}*])\\*(?!\\s)([^*\\n]+?)(?<!\\s)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?!\\s)([^_\\n]+?)(?<!\\s)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?!\\s)([^~\\n]+?)(?<!\\s)~(?![\\p{L}\\p{N}~])",
    "<([^<>\\n]+)>",
  ].join("|"),
  "gu",
);

/** Slack escapes exactly these three in every text that it is given. */
export const unescape = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Any Slack text object as nodes. */
export function slackText(object) {
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return withBreaks(unescape(object.text));
}

function withBreaks(text) {
  const nodes = document.createDocumentFragment();
  text.split("\n").forEach((line, index) => nodes.append(...(index ? [el("br"), line] : [line])));
  return nodes;
}

export function mrkdwn(text) {
  const nodes = document.createDocumentFragment();
  let quote = null;
  text.split("\n").forEach((line, index) => {
    const quoted = line.startsWith("&gt;") ? line.slice(4).trimStart() : null;
    if (quoted === null) {
      if (index && !quote) nodes.append(el("br"));
      nodes.append(inline(line));
      quote = null;
    } else if (quote) quote.append(el("br"), inline(quoted));
    else nodes.append((quote = el("blockquote", {}, inline(quoted))));
  });
  return nodes;
}

function inline(line) {
  const nodes = document.createDocumentFragment();
  let from = 0;
  for (const match of line.matchAll(MARKS)) {
    nodes.append(unescape(line.slice(from, match.index)), marked(match));
    from = match.index + match[0].length;
  }
  nodes.append(unescape(line.slice(from)));
  return nodes;
}

function marked([, code, bold, italic, struck, angled]) {
  if (code) return el("code", {}, unescape(code));
  if (bold) return el("strong", {}, inline(bold));
  if (italic) return el("em", {}, inline(italic));
  if (struck) return el("s", {}, inline(struck));
  return reference(angled);
}

/** What stands in angle brackets: a link, a mention, or a date with its fallback. */
function reference(inside) {
  const [target, text] = inside.split("|");
  if (/^(https?:|mailto:|tel:)/.test(target)) {
    return el("a", { href: unescape(target), rel: "noopener noreferrer", target: "_blank" }, unescape(text ?? target));
  }
  return el("span", { class: "bk-mention" }, unescape(text ?? target.replace(/^[!#]/, "").replace(/^@?/, "@")));
}
