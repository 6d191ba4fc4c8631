// The page's own texts, in the language of whatever they stand in.
//
// A node says which text it wants (data-word, data-word-label, data-word-title,
// data-word-description) and the nearest `lang` attribute says in which language: the page's own,
// or in a chat the person's.

const KEPT = "kollega.language";
let tables = { sv: {}, en: {} };

export const setTables = (words) => { tables = words; };

export const pageLanguage = () => document.documentElement.lang;

export function rememberedLanguage() {
  try { return localStorage.getItem(KEPT) === "en" ? "en" : "sv"; } catch { return "sv"; }
}

export function setPageLanguage(language) {
  document.documentElement.lang = language;
  try { localStorage.setItem(KEPT, language); } catch { /* private window: not remembered */ }
}

/** A text with its {names} filled in. A key without a text shows itself, so that it is noticed. */
export function say(language, key, values = {}) {
  const text = tables[language]?.[key] ?? tables.sv[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const sayHere = (key, values) => say(pageLanguage(), key, values);

/** Attributes for an element whose text, label or title comes from the word table. */
export const word = (key, values) => wants("data-word", key, values);
export const label = (key, values) => wants("data-word-label", key, values);
export const title = (key, values) => wants("data-word-title", key, values);

function wants(attribute, key, values) {
  return values ? { [attribute]: key, "data-word-values": JSON.stringify(values) } : { [attribute]: key };
}

const WANTING = "[data-word],[data-word-label],[data-word-title],[data-word-description]";

/** Fill in every text under a node. */
export function translate(root) {
  for (const node of [root, ...root.querySelectorAll(WANTING)]) {
    fill(node);
  }
  return root;
}

function fill(node) {
  const { word: text, wordLabel, wordTitle, wordDescription, wordValues } = node.dataset ?? {};
  if (!text && !wordLabel && !wordTitle && !wordDescription) return;
  const language = node.closest("[lang]")?.lang || pageLanguage();
  const values = wordValues ? JSON.parse(wordValues) : {};
  if (text) node.textContent = say(language, text, values);
  if (wordLabel) node.setAttribute("aria-label", say(language, wordLabel, values));
  if (wordTitle) node.title = say(language, wordTitle, values);
  if (wordDescription) node.setAttribute("aria-description", say(language, wordDescription, values));
}

const LOCALES = { sv: "sv-SE", en: "en-GB" };

/** A moment as Swedish agencies read it, whatever the reader's own computer is set to. */
export function when(iso, language, shape) {
  const options = { timeZone: "Europe/Stockholm", ...shape };
  return new Intl.DateTimeFormat(LOCALES[language], options).format(new Date(iso));
}

export const TIME = { hour: "2-digit", minute: "2-digit" };
export const TIME_SECONDS = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
export const DAY = { weekday: "long", day: "numeric", month: "long" };

export const decimal = (number, language) =>
  new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(number);

/** A waiting time in its largest sensible unit: "13 s", "4 min", "22 h", "3 d". */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}
