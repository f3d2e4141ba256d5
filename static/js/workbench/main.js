// @ts-check
/** The workbench: binds the page's parts to the socket. */
import { Announcer } from "./announcer.js";
import { Asking } from "./asking.js";
import { LaneCode } from "./code.js";
import { Composer } from "./composer.js";
import { Composing } from "./composing.js";
import { differing, showDifferences, showOwnDifferences } from "./differences.js";
import { FirstPaint } from "./first_paint.js";
import { refreshHistory, showAddress } from "./history.js";
import { randomKey } from "./keys.js";
import { keyboard } from "./keyboard.js";
import { LaneActions } from "./lanes_actions.js";
import { dragLanes } from "./lanes_drag.js";
import { Lanes } from "./lanes.js";
import { LanesBar } from "./lanes_bar.js";
import { scrollTogether } from "./lanes_scroll.js";
import { LanesView } from "./lanes_view.js";
import { Library } from "./library.js";
import { Painting } from "./painting.js";
import { showActions, showConnection } from "./page_standing.js";
import { stateOfRun } from "./page_state.js";
import { Problems } from "./problems.js";
import { Runs } from "./runs.js";
import { Connection } from "./socket.js";
import { Visit } from "./visit.js";

/** @typedef {import("./lane.js").Lane} Lane */

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

const page = part("#workbench");
const differencesLine = part("#differences");
const runs = new Runs();
const problems = new Problems(page);
const announcer = new Announcer(part("#announcer"));
const composer = new Composer(part("#composer"), edited);
const lanes = new Lanes(part("#lanes"), edited);
const view = new LanesView(lanes, viewed);
const bar = new LanesBar(lanes, view);
const asking = new Asking({ composer, lanes, view, runs, problems });
const library = new Library(page, composer, lanes.all);
const code = new LaneCode(composer, (lane) => lane.request(false));
const actions = new LaneActions({ lanes, view, announcer, stop, openCode: (lane) => code.open(lane), goOn: (lane) => composing.goOn(lane) });
dragLanes(lanes, (lane, by) => actions.move(lane, by));
const composing = new Composing(page, composer, lanes, runs, () => painting.now());
const connection = new Connection(page.dataset.socket ?? "", { onEvents, onOpen, onState, onRefused });
const visit = new Visit({ page, composer, lanes, view, runs, connection, refresh, showRun }, randomKey());
const firstPaint = new FirstPaint(connection);
const painting = new Painting({ lanes, bar, runs, composing, announcer, firstPaint, differencesLine, showButtons });
let askedAgainAt = -Infinity;

// --- running -----------------------------------------------------------------------------------

/** @param {boolean} sameSeeds */
function run(sameSeeds) {
  if (runs.asked || runs.running || !connection.isOpen) return;
  const request = asking.prepare(sameSeeds);
  if (!request) return;
  visit.drafts.run();
  runs.asked = request;
  for (const lane of lanes) lane.begin(asking.inTurns ? null : asking.pressedAt);
  firstPaint.forget();
  connection.send({ type: "run", ...request });
  showButtons();
}

function stopAll() {
  if (runs.running && runs.comparison !== null) connection.send({ type: "stop_all", comparison: runs.comparison });
}

/** @param {Lane} lane */
function stop(lane) {
  if (lane.fresh) return;
  for (const { generation } of runs.allAt(lane.position)) connection.send({ type: "stop", generation });
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
  let onlyGrown = true;
  for (const event of events) {
    if (event.type === "delta" && runs.goesOn(event.generation)) {
      runs.apply(event);
      continue;
    }
    onlyGrown = false;
    if (visit.takes(event)) continue;
    if (event.type === "accepted") accepted(event);
    else if (event.type === "error") refused(event);
    else runs.apply(/** @type {import("./events.js").GenerationEvent} */ (event));
  }
  if (runs.missedSomething) askAgain();
  if (onlyGrown) painting.grown();
  else painting.soon();
}

/** @param {import("./events.js").AcceptedEvent} event */
function accepted(event) {
  if (runs.asked?.key !== event.key) return;
  runs.accept(event);
  lanes.settle(asking.sent);
  for (const { position, generation, seed } of event.lanes) {
    lanes.at(position)?.showSeed(seed);
    firstPaint.expect(generation, asking.pressedAt, asking.inTurns);
  }
  if (matchMedia("(max-width: 760px)").matches) bar.currentLane.reveal();
  visit.accepted(event);
  showAddress(event.comparison.url);
  refreshHistory(page, event);
  if (event.notice) for (const lane of lanes) lane.showNotice(event.notice, false);
  refresh();
}

/** @param {import("./events.js").ErrorEvent} event */
function refused(event) {
  if (event.key !== null && event.key !== runs.asked?.key) return;
  if (event.key !== null) runs.asked = null;
  asking.refused(event);
  for (const lane of lanes) lane.calm();
}

/** The frame was too large to be read. */
function onRefused() {
  runs.asked = null;
  problems.show("messages.user", "This is too long to send. Shorten the prompt.", { focus: true });
  for (const lane of lanes) lane.calm();
}

/** @param {import("./socket.js").ConnectionState} state @param {string} text */
function onState(state, text) {
  showConnection(part("#connection"), state, text, page.dataset.login ?? "");
  if (state !== "open") visit.disconnected();
  showButtons();
}

// --- the page ----------------------------------------------------------------------------------

function showButtons() {
  showActions(runs, connection.isOpen);
}

function edited() {
  for (const lane of lanes) lane.preset.check();
  visit.edited();
  refresh();
}

/** The lanes are looked at in another way: nothing that Run sends has changed. */
function viewed() {
  refresh();
  visit.viewed();
}

/** Shows what follows from what stands in the fields. */
function refresh() {
  const found = differing(lanes.all);
  showDifferences(differencesLine, lanes.all, found, []);
  showOwnDifferences(lanes.all, found);
  for (const lane of lanes) lane.showSeed(lane.seed);
  view.apply();
  bar.update();
  composing.refresh();
  painting.soon();
}

/** A run that was started elsewhere, shown here as it streams. @param {import("./events.js").StoredComparison} stored @param {import("./events.js").RunStartedEvent} event */
function showRun(stored, event) {
  for (const lane of lanes) lane.begin(null);
  if (visit.drafts.edited) lanes.bind(stored.lanes);
  else visit.show(stateOfRun(stored));
  lanes.removed = [];
  restore(stored);
  refresh();
  showAddress(stored.url);
  refreshHistory(page, event);
  watch();
  painting.now();
}

/** @param {import("./events.js").StoredComparison} stored */
function restore(stored) {
  runs.restore(stored);
  for (const { position, generations } of stored.lanes) lanes.at(position)?.showSeed(generations[0].seed);
}

page.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const edit = /** @type {HTMLElement|null} */ (target.closest("[data-edit-setting]"));
  const lane = lanes.holding(target);
  if (edit && lane) actions.edit(lane, edit.dataset.editSetting ?? "");
  const { action = "" } = /** @type {HTMLElement|null} */ (target.closest("[data-action]"))?.dataset ?? {};
  if (action === "run") run(false);
  else if (action === "again") run(true);
  else if (action === "stop-all") stopAll();
  else if (lane || action in actions.ofAll) actions.act(action, lane);
});

function start() {
  for (const lane of lanes) made(lane);
  lanes.onMade = made;
  const stored = document.querySelector("#comparison-state")?.textContent;
  if (stored) restore(JSON.parse(stored));
  if (stored) composing.begin(JSON.parse(stored));
  composer.onReplace = () => visit.putAside();
  visit.begin();
  scrollTogether(lanes, () => view.scrollsTogether);
  keyboard({ run: () => run(false), again: () => run(true), stopAll }, actions, bar);
  connection.connect();
  painting.now();
  library.arrive();
}

/** @param {Lane} lane */
function made(lane) {
  lane.onChosen = (generation) => runs.choose(lane.position, generation) && painting.now();
  bar.seen.observe(lane.root);
  painting.observe(lane);
}

start();
