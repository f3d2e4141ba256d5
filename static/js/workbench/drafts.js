// @ts-check
/** What was typed and not yet run, kept for this tab so that a reload loses nothing. */

/**
 * @typedef {{system: string, prompt: string, lanes: {profile: string, settings: import("./events.js").Settings}[]}} Draft
 */
const key = () => `draft:${location.pathname}`;

/** @param {Draft} draft */
export function keepDraft(draft) {
  sessionStorage.setItem(key(), JSON.stringify(draft));
}

export function dropDraft() {
  sessionStorage.removeItem(key());
}

/** @returns {Draft|null} */
export function keptDraft() {
  const text = sessionStorage.getItem(key());
  return text ? JSON.parse(text) : null;
}
