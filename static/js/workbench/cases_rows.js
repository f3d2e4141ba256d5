// @ts-check
/** Rows as they come from a spreadsheet or a CSV file, and what cases they are. */

export const MAX_CASES = 32;

/** Cells by row: tabs where the first line has one, else commas; quotes as CSV has them. @param {string} text @returns {string[][]} */
export function parseRows(text) {
  const separator = text.split("\n", 1)[0].includes("\t") ? "\t" : ",";
  /** @type {string[][]} */
  const rows = [[]];
  let [cell, quoted] = ["", false];
  const endCell = () => { rows[rows.length - 1].push(cell); cell = ""; };
  const signs = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at];
    if (quoted && sign === '"' && signs[at + 1] === '"') cell += signs[at += 1];
    else if (quoted && sign === '"') quoted = false;
    else if (quoted) cell += sign;
    else if (sign === '"' && cell === "") quoted = true;
    else if (sign === separator) endCell();
    else if (sign === "\n") { endCell(); rows.push([]); }
    else cell += sign;
  }
  endCell();
  return rows.filter((row) => row.some((value) => value !== ""));
}

/**
 * The cases that these rows are: a first row of the variables' names says which column is which,
 * else the columns are the variables in the order of the text.
 * @param {string[][]} rows @param {string[]} names
 * @returns {{cases: Record<string, string>[], problem: string}}
 */
export function casesOf(rows, names) {
  const first = (rows[0] ?? []).map((name) => name.trim().replace(/^\{\{\s*|\s*\}\}$/g, ""));
  const isHead = first.length > 0 && first.every((name) => names.includes(name)) && new Set(first).size === first.length;
  const [columns, body] = isHead ? [first, rows.slice(1)] : [names, rows];
  const widest = Math.max(0, ...body.map((row) => row.length));
  if (!body.length) return { cases: [], problem: "There is no row of values in this." };
  if (widest > columns.length) return { cases: [], problem: `A row has ${widest} values, for ${columns.length === 1 ? "one variable" : `${columns.length} variables`}: ${columns.join(", ")}.` };
  if (body.length > MAX_CASES) return { cases: [], problem: `${body.length} rows; a run has at most ${MAX_CASES} cases.` };
  return { cases: body.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place] ?? ""]))), problem: "" };
}
