// The browser workspace: it reads who is there, listens to the bot, and paints three panes.

import { setNow, startClock } from "./clock.js";
import { listenForShortcutKeys } from "./composer.js";
import { addDecision, forgetDecisions, paintDecisions } from "./decisions.js";
import { markLanguage, startHeader } from "./header.js";
import { listenForHolding } from "./hold.js";
import { forgetChats, keep, learn, person } from "./model.js";
import { Pane } from "./panes.js";
import { lineFound, lineLost } from "./restart.js";
import { listen } from "./stream.js";
import { news, paintTabs, startTabs } from "./tabs.js";
import { prepareTeams } from "./teams.js";
import { paintViews, startViews, viewStale } from "./views.js";
import { rememberedLanguage, setPageLanguage, setTables, translate } from "./words.js";

const LOOKS = ["slack", "teams", "slack"];
const REPLAY = 400;

const one = (selector) => document.querySelector(selector);
const tabs = one("#tabs");
let panes = [];
let replayEnds = 0;

/** The first page may be asked for while the bot is just starting. */
async function fetchWorld() {
  for (;;) {
    const response = await fetch("/api/world").catch(() => null);
    if (response?.ok) return response.json();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Put a person in a pane; who stood in another pane changes places with the one who was here. */
function swap(pane, ref) {
  const other = panes.find((candidate) => candidate !== pane && candidate.person === ref);
  if (other) other.person = pane.person;
  pane.person = ref;
  other?.paint();
  pane.paint();
  paintTabs(tabs, panes);
  paintIntro();
}

function paintAll() {
  translate(document.body);
  panes.forEach((pane) => pane.paint());
  paintTabs(tabs, panes);
  paintIntro();
  paintDecisions();
  paintViews();
}

/** The first steps name the people who stand in the panes. */
function paintIntro() {
  const [first, second, third] = panes.map((pane) => person(pane.person).name);
  for (const step of document.querySelectorAll("#intro [data-word]")) {
    step.dataset.wordValues = JSON.stringify({ first, second, third });
  }
  translate(one("#intro"));
}

function changeLanguage(language) {
  setPageLanguage(language);
  markLanguage(language);
  paintAll();
}

const heard = {
  hello({ boot, born, now }) {
    const { born: known } = document.documentElement.dataset;
    const afresh = known !== undefined && known !== born; // the store was emptied: so is the page
    document.documentElement.dataset.born = born;
    if (afresh) heard.reset();
    replayEnds = performance.now() + REPLAY;
    setNow(now);
    lineFound(boot, afresh);
    viewStale();
    Object.assign(document.documentElement.dataset, { ready: "1", boot });
  },
  message(message) {
    if (!keep(message)) return;
    const pane = panes.find((candidate) => candidate.person === message.to);
    if (!pane) return;
    const quiet = performance.now() < replayEnds;
    if (message.home) pane.paintHome();
    else {
      pane.makeRoom();
      pane.list.put(message, quiet);
    }
    if (!quiet && !message.home) news(tabs, panes, pane);
  },
  decision(decision) {
    addDecision(decision);
    viewStale();
  },
  clock({ now }) {
    setNow(now);
    viewStale();
  },
  person({ ref, language }) {
    if (!person(ref)) return;
    person(ref).language = language;
    panes.find((pane) => pane.person === ref)?.paint();
    viewStale();
  },
  reset() {
    replayEnds = performance.now() + REPLAY;
    forgetChats();
    forgetDecisions();
    panes.forEach((pane) => pane.paint());
  },
  lost: lineLost,
};

async function start() {
  const [world] = await Promise.all([fetchWorld(), prepareTeams()]);
  setTables(world.words);
  learn(world);
  startHeader(world, changeLanguage);
  startClock(one("#day"), one("#time"));
  panes = world.panes.map((ref, index) => new Pane(ref, LOOKS[index % LOOKS.length], swap));
  one("main").append(...panes.map((pane) => pane.node));
  startTabs(tabs, panes);
  listenForHolding();
  listenForShortcutKeys(panes);
  changeLanguage(rememberedLanguage());
  listen(heard);
  await startViews(() => panes.find((pane) => pane.node.classList.contains("is-chosen")).person);
}

start();
