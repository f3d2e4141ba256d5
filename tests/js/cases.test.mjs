import assert from "node:assert/strict";
import { test } from "node:test";
import { casesOf, parseRows } from "../../static/js/workbench/cases_rows.js";
import { countWords } from "../../static/js/workbench/token_count.js";

test("it reads rows with commas, and quotes as CSV has them", () => {
  assert.deepEqual(parseRows('a,"b, ""c""\nd",\r\ne,f,g\n'), [["a", 'b, "c"\nd', ""], ["e", "f", "g"]]);
});

test("it reads cells of a spreadsheet, in which commas are text", () => {
  assert.deepEqual(parseRows("a, b\tc\n\n\td\n"), [["a, b", "c"], ["", "d"]]);
});

test("it takes columns by their names where the first row has them, else in order", () => {
  const rows = [["b", "a"], ["1", "2"]];
  assert.deepEqual(casesOf(rows, ["a", "b"]).cases, [{ b: "1", a: "2" }]);
  assert.deepEqual(casesOf(rows, ["a", "c"]).cases, [{ a: "b", c: "a" }, { a: "1", c: "2" }]);
  assert.deepEqual(casesOf([["{{ a }}"], ["x"]], ["a"]).cases, [{ a: "x" }]);
  assert.deepEqual(casesOf([["x"]], ["a", "b"]).cases, [{ a: "x", b: "" }]);
});

test("it names what is too much", () => {
  assert.match(casesOf([["1", "2"]], ["a"]).problem, /A row has 2 values, for one variable: a/);
  assert.match(casesOf(Array(33).fill(["x"]), ["a"]).problem, /33 rows; a run has at most 32 cases/);
  assert.match(casesOf([["a"]], ["a"]).problem, /no row of values/);
});

const count = (tokens, more = {}) => ({ tokens, context: 100, exact: true, problem: "", ...more });
const lanes = [{ letter: "A" }, { letter: "B" }];

test("it says one count where the lanes agree, and each lane's where not", () => {
  assert.equal(countWords(lanes, [count(7), count(7)], false).text, "7 of 100 tokens");
  assert.equal(countWords(lanes, [count(7), count(8, { exact: false, context: null })], true).text, "A up to 7 of 100 · B up to about 8 tokens");
  assert.equal(countWords([lanes[0]], [count(1, { context: null })], false).text, "1 token");
});

test("it says which lane a prompt is too long for", () => {
  const { text, bad } = countWords(lanes, [count(7), count(100)], false);
  assert.deepEqual([text, bad], ["100 tokens: too long for lane B, which has room for 100", true]);
});
