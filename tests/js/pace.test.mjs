import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../static/js/workbench/pace.js";

const all = () => true;

/** Frames so far apart, each painting whose turn it is; returns how often each lane was painted. */
function run(pace, lanes, frames, apart, isSeen = all) {
  const times = Object.fromEntries(lanes.map((lane) => [lane, 0]));
  for (let frame = 1; frame <= frames; frame += 1) {
    const now = frame * apart;
    pace.frame(now);
    for (const lane of pace.turn(lanes, isSeen, now)) {
      times[lane] += 1;
      pace.done(lane, now);
    }
  }
  return times;
}

test("all lanes are painted in each frame while frames are short", () => {
  assert.deepEqual(run(new Pace(8), ["A", "B", "C"], 60, 16), { A: 60, B: 60, C: 60 });
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
  pace.before = 0;
  run(pace, [..."ABCD"], 10, 16);
  assert.equal(pace.most, 4);
});

test("a pause between frames says nothing of how long they are", () => {
  const pace = new Pace(4);
  run(pace, ["A"], 10, 1000);
  assert.equal(pace.most, 4);
});

test("a lane out of sight is painted twice a second", () => {
  const times = run(new Pace(8), ["A", "B"], 100, 20, (lane) => lane === "A");
  assert.equal(times.A, 100);
  assert.ok(times.B >= 3 && times.B <= 5, String(times.B));
});
