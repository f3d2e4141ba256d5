import assert from "node:assert/strict";
import { test } from "node:test";

import { Runs } from "../../static/js/workbench/runs.js";

const session = { id: "s", url: "/sessions/s/", title: "" };
const comparison = { id: 4, number: 1, url: "/sessions/s/runs/1/" };

/** @param {Runs} runs @param {number} generation @param {object} rest */
const end = (runs, generation, rest = {}) => runs.apply({
  type: "end", generation, attempt: 1, status: "done", finish_reason: "stop", error: "", metrics: {}, text: "x", seq: 1, ...rest,
});

function accepted() {
  const runs = new Runs();
  const lanes = [
    { position: 0, generation: 10, samples: [10, 11, 12], seed: 5, settings: {} },
    { position: 1, generation: 20, samples: [20], seed: 7, settings: {} },
  ];
  runs.accept({ type: "accepted", key: "k", session, comparison, lanes, notice: "" });
  return runs;
}

test("it shows a lane's first sample, and waits for all of them", () => {
  const runs = accepted();
  assert.equal(runs.at(0)?.generation, 10);
  assert.deepEqual(runs.unfinished.map(({ generation }) => generation), [10, 11, 12, 20]);
  for (const id of [10, 12, 20]) end(runs, id);
  assert.deepEqual([runs.isRunning(0), runs.isRunning(1), runs.running], [true, false, true]);
  end(runs, 11);
  assert.equal(runs.running, false);
});

test("it shows another sample when one is chosen, and no other lane's", () => {
  const runs = accepted();
  assert.equal(runs.choose(0, 12), true);
  assert.equal(runs.at(0)?.generation, 12);
  assert.equal(runs.choose(1, 12), false);
  assert.equal(runs.at(1)?.generation, 20);
});

test("it knows all samples of a run that the page opens with", () => {
  const runs = new Runs();
  const generation = (/** @type {number} */ id) => ({ generation: id, status: "done", attempt: 1, text: "a", seed: id, error: "", metrics: {} });
  runs.restore({
    comparison: 4, session: "s", number: 1, url: comparison.url, messages: [],
    lanes: [{ position: 0, profile: "small", settings: {}, generations: [generation(10), generation(11)] }],
  });
  assert.deepEqual(runs.samplesAt(0).map((state) => state.generation), [10, 11]);
  assert.equal(runs.url, comparison.url);
  assert.equal(runs.running, false);
});
