import assert from "node:assert/strict";
import { test } from "node:test";
import { fresh, reduce } from "../../static/js/workbench/stream.js";

const at = { generation: 1, attempt: 1 };
const piece = (text, id) => [[text, [id], 0], [[text, -0.5, 2, 1.25]]];
const untold = (text, id) => [[text, [id], 0], []];
const delta = (from, ...pieces) => ({ type: "delta", ...at, from, pieces: pieces.map(([one]) => one), marks: pieces.map(([, marks]) => marks) });
const play = (...events) => events.reduce(reduce, fresh(1));
const held = ({ marks }) => marks && marks.tokens.slice(0, marks.count).map(({ text, id }) => [text, id]);

test("it gathers how tokens were drawn, and tells nothing where nothing comes with them", () => {
  const state = play(delta(0, piece("a", 1), piece("b", 2)), delta(2, untold("!", 3)));
  assert.deepEqual(held(state), [["a", 1], ["b", 2]]);
  assert.deepEqual(state.marks.tokens[0], { text: "a", id: 1, logprob: -0.5, rank: 2, low: 1.25, high: null });
  assert.equal(play({ ...delta(0, piece("a", 1)), marks: undefined }).marks, null);
});

test("it says where they begin, after a snapshot that knows none", () => {
  const snapshot = { type: "snapshot", ...at, seq: 3, text: "abc", tokens: 5 };
  const state = play(delta(0, piece("a", 1)), snapshot, delta(3, piece("d", 4)));
  assert.deepEqual([state.marks.from, state.marks.before, held(state)], [3, 5, [["d", 4]]]);
});

test("it begins anew with another attempt", () => {
  const second = { ...delta(0, piece("x", 9)), attempt: 2 };
  assert.deepEqual(held(play(delta(0, piece("a", 1)), second)), [["x", 9]]);
});

test("a state that was looked at stays what it was, though another grew from it", () => {
  const before = play(delta(0, piece("a", 1)));
  const one = reduce(before, delta(1, piece("b", 2)));
  const other = reduce(before, delta(1, piece("c", 3)));
  assert.deepEqual([held(before), held(one), held(other)], [[["a", 1]], [["a", 1], ["b", 2]], [["a", 1], ["c", 3]]]);
});

test("it skips the marks of pieces that it holds", () => {
  const state = play(delta(0, piece("a", 1), piece("b", 2)), delta(1, piece("b", 2), piece("c", 3)));
  assert.deepEqual(held(state), [["a", 1], ["b", 2], ["c", 3]]);
});

test("it names no ids where an engine pairs ids and probabilities otherwise", () => {
  const state = play({ ...delta(0, piece("a", 1)), pieces: [["ab", [1, 2], 0]] });
  assert.deepEqual(held(state), [["a", -1]]);
});
