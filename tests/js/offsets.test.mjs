import assert from "node:assert/strict";
import { test } from "node:test";

import { codePointsBefore, cut, unitsBefore } from "../../static/js/discussion/offsets.js";

const TEXT = "a 🦊 e\u0301 lost";

test("it counts an emoji as one code point and two units", () => {
  assert.equal(codePointsBefore(TEXT, 4), 3);
  assert.equal(unitsBefore(TEXT, 3), 4);
});

test("it comes back to where it started, at every code point", () => {
  for (let points = 0; points <= [...TEXT].length; points += 1) {
    assert.equal(codePointsBefore(TEXT, unitsBefore(TEXT, points)), points);
  }
});

test("it stays within the text", () => {
  assert.equal(unitsBefore(TEXT, 1000), TEXT.length);
  assert.equal(codePointsBefore(TEXT, 1000), [...TEXT].length);
});

test("it cuts where spans begin, end and overlap", () => {
  const spans = [{ id: "1", start: 2, end: 6 }, { id: "2", start: 4, end: 9 }];
  assert.deepEqual(cut(10, spans), [
    { start: 0, end: 2, ids: [] }, { start: 2, end: 4, ids: ["1"] }, { start: 4, end: 6, ids: ["1", "2"] },
    { start: 6, end: 9, ids: ["2"] }, { start: 9, end: 10, ids: [] },
  ]);
});

test("it leaves nothing out and keeps no empty part", () => {
  const parts = cut(5, [{ id: "1", start: 0, end: 5 }, { id: "2", start: 5, end: 9 }]);
  assert.deepEqual(parts, [{ start: 0, end: 5, ids: ["1"] }]);
  assert.deepEqual(cut(0, []), []);
});
