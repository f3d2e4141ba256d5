import assert from "node:assert/strict";
import { test } from "node:test";
import { caveats, duration, lead, written } from "../../static/js/workbench/figures.js";

test("it writes durations with three figures and a fitting unit", () => {
  const shown = [0, 0.42, 9.994, 9.996, 99.96, 480.4, 999.6, 1240, 12_340].map((ms) => duration(ms).join(" "));
  assert.deepEqual(shown, ["0 ms", "0.42 ms", "9.99 ms", "10.0 ms", "100 ms", "480 ms", "1.00 s", "1.24 s", "12.3 s"]);
});

test("it names the lane that is ahead only where the lead is worth naming", () => {
  assert.equal(lead("lower", 10, 20, true), 2);
  assert.equal(lead("lower", 20, 10, true), null);
  assert.equal(lead("higher", 30, 20, false), 1.5);
  assert.equal(lead("lower", 100, 101, true), null);
  assert.equal(lead("lower", 0.02, 0.06, true), null);
});

test("it leaves unknown figures open", () => {
  assert.deepEqual(written("duration", null), ["–", ""]);
  assert.deepEqual(written("word", "length"), ["Length", ""]);
});

test("it says what keeps lanes from comparing", () => {
  const lane = (letter, cached_tokens, output_tokens) => ({ letter, metrics: { cached_tokens, output_tokens } });
  assert.deepEqual(caveats([lane("A", 0, 10), lane("B", 0, 10), lane("C", 0, 10)]), []);
  const found = caveats([lane("A", 0, 10), lane("B", 0, 10), lane("C", 16, 12)]);
  assert.equal(found.length, 2);
  assert.match(found[0], /A 0, B 0, C 16/);
});
