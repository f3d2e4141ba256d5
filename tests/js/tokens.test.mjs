import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf, MEASURES, percent, stepOf, tokenOf, visible } from "../../static/js/workbench/tokens_scale.js";

const token = (share, low = null, high = null) => tokenOf([" fox", 7, share ? Math.log(share) : null, 2, low, high]);
const steps = (name, ...tokens) => tokens.map((one) => stepOf(one, MEASURES[name]));

test("it steps from likely to rare", () => {
  assert.deepEqual(steps("probability", token(0.9), token(0.7), token(0.3), token(0.1), token(0.01), token(0)), [0, 1, 2, 3, 4, 4]);
  assert.deepEqual(steps("surprise", token(0.9), token(0.3), token(0.1), token(0.01), token(0.001), token(0)), [0, 1, 2, 3, 4, 4]);
  assert.deepEqual(steps("entropy", token(0.5, 0), token(0.5, 2), token(0.5, 9), token(0.5)), [0, 2, 4, null]);
});

test("it has words for each step", () => {
  for (const { limits, steps: words } of Object.values(MEASURES)) assert.equal(words.length, limits.length + 1);
});

test("it says no more than is known", () => {
  assert.equal(factsOf(token(0.25, 1.5, 1.5)), "25% · rank 2 · 2.00 bits of surprise · entropy 1.50 bits · id 7");
  assert.equal(factsOf(token(0.25, 1.5, null)), "25% · rank 2 · 2.00 bits of surprise · entropy at least 1.50 bits · id 7");
  assert.equal(factsOf(tokenOf(["x", -1, null, -1, null, null])), "0%");
});

test("it rounds a probability to what tells something", () => {
  assert.deepEqual([1, 0.9996, 0.5, 0.01234, 0.0004, 0].map(percent), ["100%", "100%", "50%", "1.2%", "< 0.1%", "0%"]);
});

test("it makes blanks seen", () => assert.deepEqual([" a\n", "", "\t"].map(visible), ["·a↵", "(no text)", "⇥"]));
