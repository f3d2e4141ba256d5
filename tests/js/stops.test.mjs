import assert from "node:assert/strict";
import { test } from "node:test";
import { unescaped, visible } from "../../static/js/workbench/stops.js";

test("it reads and shows line breaks, tabs and backslashes without loss", () => {
  for (const text of ["\n", "a\tb", "\\n", "\\\n", "plain"]) assert.equal(unescaped(visible(text)), text);
});
