// @ts-check
/** `{{name}}` in a prompt: found, and put in by plain substitution, as `playground/prompts/variables.py` does. */

const VARIABLE = /\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]{0,39})[ \t]*\}\}/g;

/** The names in `text`, each once, in order of first appearance. @param {string} text @returns {string[]} */
export function namesIn(text) {
  return [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1]))];
}

/** One pass; a name without a value stays as written. @param {string} text @param {Record<string, string>} values */
export function fill(text, values) {
  return text.replace(VARIABLE, (whole, name) => (Object.hasOwn(values, name) ? values[name] : whole));
}
