import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../static/js/insight/files.js";
import { isGood, limitAt, placeOf, shareOf } from "../../static/js/insight/goodput.js";

const NONE = { ttft: null, tpot: null, e2e: null };

test("a value at its limit is within it", () => {
  assert.equal(isGood([0, true, 100, 10, 900], { ttft: 100, tpot: 10, e2e: 900 }), true);
  assert.equal(isGood([0, true, 100.1, 10, 900], { ...NONE, ttft: 100 }), false);
});

test("what failed is never within, even without limits", () => {
  assert.equal(isGood([0, false, 1, 1, 1], NONE), false);
});

test("an unknown time per token meets any limit, an unknown other time none", () => {
  assert.equal(isGood([0, true, 1, null, 1], { ...NONE, tpot: 0 }), true);
  assert.equal(isGood([0, true, null, 1, 1], { ...NONE, ttft: 1e6 }), false);
  assert.equal(isGood([0, true, 1, 1, null], { ...NONE, e2e: 1e6 }), false);
  assert.equal(isGood([0, true, null, null, null], NONE), true);
});

test("each lane is counted by itself", () => {
  const rows = [[0, true, 1, 1, 1], [1, true, 9, 1, 1], [1, true, 1, 1, 1]];
  assert.deepEqual(shareOf(rows, 1, { ...NONE, ttft: 5 }), { good: 1, total: 2 });
});

test("a slider reaches every value of its scale, and its end sets no limit", () => {
  const scale = [20, 5000];
  assert.equal(limitAt(scale, 1000), null);
  assert.equal(placeOf(scale, null), 1000);
  assert.ok(limitAt(scale, 0) < 20);
  assert.ok(limitAt(scale, 999) > 5000);
  for (const limit of [20, 100, 777, 5000]) assert.ok(Math.abs(limitAt(scale, placeOf(scale, limit)) / limit - 1) < 0.01);
});

test("a scale of one value, or of none at all, divides by nothing", () => {
  for (const scale of [[7, 7], [0, 0]]) assert.ok(Number.isFinite(placeOf(scale, 7)) && Number.isFinite(limitAt(scale, 500)));
});

test("a table becomes a CSV that no spreadsheet runs", () => {
  const row = (...cells) => ({ cells: cells.map((textContent) => ({ textContent })) });
  const table = { rows: [row("Lane", "Text"), row(" A ", "=1+1"), row("B", 'say "so", yes'), row("C", "-5")] };
  assert.equal(csvOf(table), "Lane,Text\r\nA,'=1+1\r\nB,\"say \"\"so\"\", yes\"\r\nC,-5\r\n");
});
