import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../static/js/workbench/pace.js";

const all = () => true;

/** So many frames, `apart` ms from each other, that take `ms` each; returns how often each lane was painted. */
function run(pace, lanes, frames, ms, { apart = ms, isSeen = all } = {}) {
  const times = Object.fromEntries(lanes.map((lane) => [lane, 0]));
  for (let frame = 1; frame <= frames; frame += 1) {
    const now = frame * apart;
    for (const lane of pace.turn(lanes, isSeen, now)) {
      times[lane] += 1;
      pace.done(lane, now);
    }
    pace.took(ms);
  }
  return times;
}

test("all lanes are painted in each frame while frames are short", () => {
  assert.deepEqual(run(new Pace(8), ["A", "B", "C"], 60, 15), { A: 60, B: 60, C: 60 });
});

test("where frames are long fewer are painted, each as often as the others", () => {
  const pace = new Pace(8);
  const times = Object.values(run(pace, [..."ABCDEFGH"], 87, 60));
  assert.equal(pace.most, 1);
  assert.ok(Math.max(...times) - Math.min(...times) <= 1);
  assert.ok(times.every((count) => count < 20));
});

test("it paints more again when frames get short", () => {
  const pace = new Pace(4);
  run(pace, [..."ABCD"], 10, 60);
  assert.equal(pace.most, 1);
  run(pace, [..."ABCD"], 10, 15);
  assert.equal(pace.most, 4);
});

test("short frames with pauses between them show all lanes", () => {
  const lanes = [..."ABCD"];
  const times = run(new Pace(4), lanes, 30, 5, { apart: 35 });
  assert.deepEqual(Object.values(times), lanes.map(() => 30));
});

test("a lane out of sight is painted twice a second", () => {
  const times = run(new Pace(8), ["A", "B"], 100, 20, { isSeen: (lane) => lane === "A" });
  assert.equal(times.A, 100);
  assert.ok(times.B >= 3 && times.B <= 5, String(times.B));
});
