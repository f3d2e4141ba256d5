// @ts-check
/** The workbench: binds the page's parts to the socket. */
import { Announcer } from "./announcer.js";
import { LaneCode } from "./code.js";
import { compareLanes } from "./comparison.js";
import { Composer } from "./composer.js";
import { differing, showDifferences } from "./differences.js";
import { FirstPaint } from "./first_paint.js";
import { refreshHistory, showAddress } from "./history.js";
import { randomKey } from "./keys.js";
import { keyboard } from "./keyboard.js";
import { Lane } from "./lane.js";
import { Library } from "./library.js";
import { stateOfRun } from "./page_state.js";
import { Problems } from "./problems.js";
import { Runs } from "./runs.js";
import { Connection } from "./socket.js";
import { Visit } from "./visit.js";

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
/** @param {string} selector */
const parts = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);

const page = part("#workbench");
const differencesLine = part("#differences");
const runs = new Runs();
const problems = new Problems(page);
const announcer = new Announcer(part("#announcer"));
const composer = new Composer(part("#composer"), edited);
const lanes = parts("[data-lane]").map((root) => new Lane(root, edited));
const library = new Library(page, composer, lanes);
const code = new LaneCode(composer, (lane) => ({ profile: lane.settings.profile, settings: settingsOf(lane, false) }));
const connection = new Connection(page.dataset.socket ?? "", { onEvents, onOpen, onState, onRefused });
const visit = new Visit({ page, composer, lanes, runs, connection, refresh, showRun }, randomKey());
const firstPaint = new FirstPaint(connection);
let [frame, pressedAt, askedAgainAt] = [0, 0, -Infinity];

// --- running -----------------------------------------------------------------------------------

/** @param {boolean} sameSeeds */
function run(sameSeeds) {
  if (runs.asked || runs.running || !connection.isOpen) return;
  problems.clearAll();
  const found = lanes.flatMap((lane) => lane.settings.problems());
  if (!composer.prompt.value.trim()) found.unshift({ field: "messages.user", message: "Write a prompt first." });
  found.forEach(({ field, message }, index) => problems.show(field, message, { focus: index === 0 }));
  if (found.length) return;
  pressedAt = performance.now();
  visit.drafts.run();
  runs.asked = {
    key: randomKey(), session: runs.session, messages: composer.read(),
    prompt: composer.opened.reference,
    lanes: lanes.map((lane) => ({ profile: lane.settings.profile, settings: settingsOf(lane, sameSeeds), preset: lane.preset.reference })),
  };
  lanes.forEach((lane) => lane.begin(pressedAt));
  firstPaint.forget();
  connection.send({ type: "run", ...runs.asked });
  showActions();
}

/** @param {Lane} lane @param {boolean} sameSeeds */
function settingsOf(lane, sameSeeds) {
  const settings = lane.settings.read();
  return sameSeeds && lane.seed !== null && settings.seed === null ? { ...settings, seed: lane.seed } : settings;
}

function stopAll() {
  if (runs.running && runs.comparison !== null) connection.send({ type: "stop_all", comparison: runs.comparison });
}

// --- the socket --------------------------------------------------------------------------------

function onOpen() {
  if (runs.asked) connection.send({ type: "run", ...runs.asked });
  visit.connected();
  watch();
}

function watch() {
  if (runs.unfinished.length) connection.send({ type: "watch", generations: runs.unfinished });
}

/** Something was missed: ask once, and not again for each frame that comes meanwhile. */
function askAgain() {
  if (performance.now() - askedAgainAt < 500) return;
  askedAgainAt = performance.now();
  watch();
}

/** @param {import("./events.js").WorkbenchEvent[]} events */
function onEvents(events) {
  for (const event of events) {
    if (visit.takes(event)) continue;
    if (event.type === "accepted") accepted(event);
    else if (event.type === "error") refused(event);
    else runs.apply(/** @type {import("./events.js").GenerationEvent} */ (event));
  }
  if (runs.missedSomething) askAgain();
  frame ||= requestAnimationFrame(paint);
}

/** @param {import("./events.js").AcceptedEvent} event */
function accepted(event) {
  if (runs.asked?.key !== event.key) return;
  runs.accept(event);
  for (const { position, generation, seed } of event.lanes) {
    lanes[position]?.showSeed(seed);
    firstPaint.expect(generation, pressedAt);
  }
  if (matchMedia("(max-width: 760px)").matches) lanes[0].reveal();
  visit.accepted(event);
  showAddress(event.comparison.url);
  refreshHistory(page, event);
  if (event.notice) lanes.forEach((lane) => lane.showNotice(event.notice, false));
}

/** @param {import("./events.js").ErrorEvent} event */
function refused(event) {
  if (event.key !== null && event.key !== runs.asked?.key) return;
  const field = event.field?.startsWith("messages") ? composer.fieldOf(event.field) : event.field;
  if (event.key !== null) runs.asked = null;
  problems.show(field, event.message, { focus: event.key !== null });
  lanes.forEach((lane) => lane.calm());
}

/** The frame was too large to be read. */
function onRefused() {
  runs.asked = null;
  problems.show("messages.user", "This is too long to send. Shorten the prompt.", { focus: true });
  lanes.forEach((lane) => lane.calm());
}

/** @param {import("./socket.js").ConnectionState} state @param {string} text */
function onState(state, text) {
  const label = part("#connection");
  label.dataset.state = state;
  label.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  if (state === "closed") {
    const href = `${page.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
    label.append(Object.assign(document.createElement("a"), { href, className: "link", textContent: "Sign in again" }));
  }
  if (state === "shut") label.append(Object.assign(document.createElement("a"), { href: "/teams/", className: "link", textContent: "Your teams" }));
  if (state !== "open") visit.disconnected();
  showActions();
}

// --- the page ----------------------------------------------------------------------------------

function paint() {
  frame = 0;
  for (const lane of lanes) {
    const state = runs.at(lane.position);
    lane.stop.hidden = !runs.isRunning(lane.position);
    if (!runs.asked) lane.samples.update(runs.samplesAt(lane.position), `${runs.url}lanes/${lane.position}/samples/`);
    if (!state || state === lane.state || runs.asked) continue;
    lane.paint(state);
    announcer.note(lane.letter, state);
    firstPaint.time(lane, state);
  }
  compareLanes(lanes, differencesLine);
  showActions();
}

function showActions() {
  const running = runs.running;
  const why = connection.isOpen ? "" : "Waiting for the connection: Run works again in a moment.";
  for (const button of parts("[data-action=run]")) {
    button.hidden = running;
    button.removeAttribute("disabled");
    button.setAttribute("aria-disabled", String(Boolean(why || runs.asked)));
    if (why) button.dataset.tip = why;
    else delete button.dataset.tip;
  }
  for (const button of parts("[data-action=stop-all]")) button.hidden = !running;
  for (const button of parts(".actions [data-action=again]")) button.hidden = running || runs.comparison === null;
}

function edited() {
  lanes.forEach((lane) => lane.preset.check());
  visit.edited();
  refresh();
}

/** Shows what follows from what stands in the fields. */
function refresh() {
  showDifferences(differencesLine, differing(lanes[0].settings, lanes[1].settings), []);
  lanes.forEach((lane) => lane.showSeed(lane.seed));
}

/** A run that was started elsewhere, shown here as it streams. @param {import("./events.js").StoredComparison} stored @param {import("./events.js").RunStartedEvent} event */
function showRun(stored, event) {
  lanes.forEach((lane) => lane.begin(null));
  restore(stored);
  if (!visit.drafts.edited) visit.show(stateOfRun(stored));
  showAddress(stored.url);
  refreshHistory(page, event);
  watch();
  paint();
}

/** @param {import("./events.js").StoredComparison} stored */
function restore(stored) {
  runs.restore(stored);
  for (const { position, generations } of stored.lanes) lanes[position]?.showSeed(generations[0].seed);
}

/** @type {Record<string, (lane: Lane) => void>} */
const LANE_ACTIONS = {
  stop: (lane) => runs.samples[lane.position].forEach((generation) => connection.send({ type: "stop", generation })),
  code: (lane) => code.open(lane),
  "keep-seed": (lane) => lane.keepSeed(),
  "reset-settings": (lane) => lane.settings.reset(),
  "copy-settings": (lane) => lane.settings.copyTo(lanes[1 - lane.position].settings),
};

page.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-action]");
  if (!(button instanceof HTMLElement)) return;
  const action = button.dataset.action ?? "";
  const lane = lanes.find(({ root }) => root.contains(button));
  if (action === "run") run(false);
  else if (action === "again") run(true);
  else if (action === "stop-all") stopAll();
  else if (lane) LANE_ACTIONS[action]?.(lane);
});

function start() {
  for (const lane of lanes) lane.onChosen = (generation) => runs.choose(lane.position, generation) && paint();
  const stored = document.querySelector("#comparison-state")?.textContent;
  if (stored) restore(JSON.parse(stored));
  visit.begin();
  keyboard({ run: () => run(false), again: () => run(true), stopAll });
  connection.connect();
  paint();
  library.arrive();
}

start();
