import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../static/js/workbench/drafts.js";

/** A storage, and a desk that remembers what was sent, shown and kept. */
function desk(open = true) {
  const items = new Map();
  const storage = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value), removeItem: (key) => items.delete(key) };
  const page = { text: "", sent: [], shown: [], kept: [], last: [], open };
  const drafts = new Drafts({
    send: (message) => page.open && Boolean(page.sent.push(message)), sendLast: (message) => page.last.push(message),
    read: () => ({ prompt: page.text, lanes: [], open: {}, on: null }),
    show: (state) => { page.shown.push(state); page.text = state.prompt ?? page.text; },
    showKept: (kept) => { page.kept = kept; },
  }, "tab", null, storage);
  const type = (text) => { page.text = text; drafts.changed(true); };
  return { page, drafts, items, type };
}
const theirs = (revision, prompt) => ({ type: "draft_changed", session: null, revision, state: { prompt, lanes: [] }, set_aside: [] });
const saved = (revision, set_aside = []) => ({ type: "draft_saved", session: null, revision, set_aside });

test("it writes what was typed once, and holds it until it is saved", () => {
  const { page, drafts, items, type } = desk();
  type("a");
  type("ab");
  assert.equal(items.size, 1);
  drafts.flush();
  drafts.flush();
  assert.deepEqual(page.sent.map(({ state, base }) => [state.prompt, base]), [["ab", 0]]);
  assert.equal(items.size, 1);
  drafts.saved(saved(1));
  assert.deepEqual([items.size, drafts.base], [0, 1]);
});

test("it keeps what is typed while there is no connection, and writes it when there is one", () => {
  const { page, drafts, type } = desk(false);
  type("offline");
  drafts.flush();
  page.open = true;
  drafts.flush();
  assert.equal(page.sent[0].state.prompt, "offline");
});

test("what is to be kept beside the draft waits for a connection, each as it was", () => {
  const { page, drafts } = desk(false);
  for (const text of ["one", "two"]) {
    page.text = text;
    drafts.edited = true;
    drafts.putAside();
  }
  page.open = true;
  drafts.flush();
  assert.deepEqual(page.sent.map(({ type, state }) => [type, state.prompt]), [["put_aside", "one"], ["put_aside", "two"]]);
  drafts.flush();
  assert.equal(page.sent.length, 2);
});

test("it writes again what was under way when the connection was lost", () => {
  const { page, drafts, type } = desk();
  type("a");
  drafts.flush();
  drafts.lost();
  drafts.flush();
  assert.equal(page.sent.length, 2);
});

test("it shows what another tab wrote", () => {
  const { page, drafts } = desk();
  drafts.replaced(theirs(3, "theirs"));
  assert.deepEqual([page.text, drafts.base, drafts.edited], ["theirs", 3, true]);
  drafts.replaced(theirs(2, "older"));
  assert.equal(page.text, "theirs");
});

test("it does not take away what is being typed: it is written over the other's", () => {
  const { page, drafts, type } = desk();
  type("mine");
  drafts.replaced(theirs(1, "theirs"));
  assert.deepEqual([page.text, page.sent[0].base], ["mine", 0]);
  drafts.saved(saved(2, [{ id: 1, at: "", words: "theirs" }]));
  assert.deepEqual([page.text, page.kept.length], ["mine", 1]);
});

test("it shows the other's after all where that was the later write", () => {
  const { page, drafts, type } = desk();
  type("mine");
  drafts.flush();
  drafts.replaced(theirs(2, "theirs"));
  drafts.saved(saved(1));
  assert.deepEqual([page.text, drafts.base], ["theirs", 2]);
});

test("it begins with what this tab still holds rather than with the server's", () => {
  const { page, drafts, items } = desk();
  items.set("draft:new", JSON.stringify({ base: 1, state: { prompt: "held", lanes: [], on: null } }));
  drafts.begin({ revision: 2, state: { prompt: "stored", lanes: [] }, set_aside: [] }, null);
  drafts.flush();
  assert.deepEqual([page.text, page.sent[0].base], ["held", 1]);
});

test("it holds nothing of what has run, but what was typed since", () => {
  const { page, drafts, items, type } = desk();
  type("what ran");
  drafts.run();
  drafts.ran("s");
  assert.deepEqual([drafts.edited, items.size, drafts.session], [false, 0, "s"]);
  drafts.run();
  page.text = "what ran, and more";
  drafts.ran("s");
  assert.deepEqual([drafts.edited, drafts.dirty, items.has("draft:s")], [true, true, true]);
  drafts.flush();
});

test("it sends once more what was not saved when the page goes away", () => {
  const { page, drafts, type } = desk();
  drafts.leave();
  assert.equal(page.last.length, 0);
  type("last words");
  drafts.leave();
  assert.equal(page.last[0].state.prompt, "last words");
});

test("it sends no texts where only a part was folded", () => {
  const { page, drafts } = desk();
  drafts.changed(false);
  drafts.flush();
  assert.deepEqual(page.sent[0].state, { open: {} });
});
