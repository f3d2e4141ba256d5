// Run with: node --test tests/js
import assert from "node:assert/strict";
import { test } from "node:test";
import { fresh, liveRate, reduce, restored } from "../../static/js/workbench/stream.js";

const TEXT = Array.from({ length: 40 }, (_, index) => `w${index} `);
const at = { generation: 1, attempt: 1 };
const piece = (index) => [TEXT[index], [index], index * 10];
const delta = (from, to) => ({ type: "delta", ...at, from, pieces: TEXT.slice(from, to).map((_, index) => piece(from + index)) });
const snapshot = (seq) => ({ type: "snapshot", ...at, seq, text: TEXT.slice(0, seq).join(""), tokens: seq });
const end = (extra = {}) => ({ type: "end", ...at, status: "done", finish_reason: "stop", error: "", text: null, seq: 40, metrics: { output_tokens: 40 }, ...extra });
const play = (events, state = fresh(1)) => events.reduce(reduce, state);

/** A small seeded generator, so that a failure can be repeated. */
function random(seed) {
  let value = seed;
  return () => (value = (value * 1103515245 + 12345) % 2147483648) / 2147483648;
}

test("it appends pieces and counts tokens by their ids", () => {
  const state = play([{ type: "delta", ...at, from: 0, pieces: [["ab", [1, 2], 0], ["c", [3], 20]] }]);
  assert.deepEqual([state.text, state.tokens, state.seq, state.status], ["abc", 3, 2, "streaming"]);
});

test("it skips what it holds and asks again for what it missed", () => {
  assert.equal(play([delta(0, 10), delta(5, 15)]).text, TEXT.slice(0, 15).join(""));
  const state = play([delta(0, 10), delta(12, 15)]);
  assert.deepEqual([state.stale, state.text], [true, TEXT.slice(0, 10).join("")]);
});

test("it yields the text exactly, whatever way snapshots, replays and live pieces interleave", () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const next = random(seed);
    let state = fresh(1);
    for (let step = 0; step < 30; step += 1) {
      const from = Math.floor(next() * 40);
      state = reduce(state, next() < 0.3 ? snapshot(from) : delta(from, Math.min(40, from + 1 + Math.floor(next() * 12))));
      assert.equal(state.text, TEXT.slice(0, state.seq).join(""), `seed ${seed}, step ${step}`);
      assert.equal(state.tokens, state.seq);
    }
    state = play([delta(0, 40), end()], state);
    assert.equal(state.text, TEXT.join(""), `seed ${seed}`);
  }
});

test("it starts anew when a later attempt begins, and ignores the earlier one", () => {
  const second = { type: "delta", generation: 1, attempt: 2, from: 0, pieces: [["new", [9], 0]] };
  const state = play([delta(0, 5), second, delta(5, 9)]);
  assert.deepEqual([state.attempt, state.text, state.seq, state.tokens], [2, "new", 1, 1]);
});

test("it asks again when it comes late into a later attempt", () => {
  const late = { type: "delta", generation: 1, attempt: 2, from: 3, pieces: [["x", [1], 0]] };
  assert.equal(play([delta(0, 5), late]).stale, true);
});

test("it changes nothing once it has ended", () => {
  const state = play([delta(0, 40), end()]);
  assert.equal(play([delta(0, 5), snapshot(3), { type: "status", ...at, status: "queued", position: 1, detail: "" }], state), state);
});

test("it takes the stored text at the end where that differs", () => {
  assert.equal(play([delta(0, 5), end({ text: "stored" })]).text, "stored");
});

test("it mends a gap that the end came before", () => {
  const state = play([delta(0, 5), delta(9, 12), end(), snapshot(40)]);
  assert.deepEqual([state.text, state.stale, state.status], [TEXT.join(""), false, "done"]);
});

test("it notices at the end that the last pieces are missing", () => {
  assert.equal(play([delta(0, 30), end()]).stale, true);
  assert.equal(play([delta(0, 40), end()]).stale, false);
});

test("it does not fall back to prefilling when that is told late", () => {
  assert.equal(play([delta(0, 5), { type: "status", ...at, status: "prefilling", position: null, detail: "" }]).status, "streaming");
});

test("it gives a rate from tokens after the first piece, on the engine's clock", () => {
  assert.equal(liveRate(play([delta(0, 1)])), null);
  assert.equal(liveRate(play([delta(0, 11)])), 100);
});

test("it asks for everything of a generation that still runs when the page opens", () => {
  const stored = { generation: 1, status: "running", attempt: 2, text: "", seed: 1, error: "", metrics: {} };
  const { attempt, seq, metrics } = restored(stored);
  assert.deepEqual([attempt, seq, metrics], [0, 0, null]);
});
