import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fill, namesIn } from "../../static/js/library/variables.js";

const cases = JSON.parse(readFileSync(new URL("variables.json", import.meta.url), "utf8"));

test("it finds the names", () => {
  for (const [text, names] of cases.names) assert.deepEqual(namesIn(text), names, text);
});

test("it puts values in, once, and evaluates nothing", () => {
  for (const [text, values, filled] of cases.fills) assert.equal(fill(text, values), filled, text);
});
