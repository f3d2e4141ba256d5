// @ts-check
/**
 * All that a person can set on the workbench, as one value: read from the page, shown on it.
 *
 * @typedef {{profile: string, settings: import("./events.js").Settings, preset: import("./preset.js").Preset|null, letter?: string, fresh?: boolean}} LaneState `fresh` where the run on the page has no such lane
 * @typedef {import("./composer.js").ComposerState & {lanes: LaneState[]}} PageState
 */
import { conversation } from "./composer.js";

/** @param {import("./composer.js").Composer} composer @param {import("./lanes.js").Lanes} lanes @returns {PageState} */
export function readState(composer, lanes) {
  return {
    ...composer.state,
    lanes: lanes.all.map(({ settings, preset, letter, fresh }) => ({ profile: settings.profile, settings: settings.read(), preset: preset.applied, letter, ...(fresh && { fresh }) })),
  };
}

/** @param {Partial<PageState>} state @param {import("./composer.js").Composer} composer @param {import("./lanes.js").Lanes} lanes */
export function showState(state, composer, lanes) {
  composer.write({ ...state, system: state.system ?? "", prompt: state.prompt ?? "" });
  lanes.show(state.lanes ?? []);
}

/** What a stored run was started with. @param {import("./events.js").StoredComparison} run @returns {PageState} */
export function stateOfRun({ messages, cases, lanes }) {
  return {
    ...conversation(messages), cases: (cases ?? []).map(({ variables }) => variables),
    lanes: lanes.map(({ profile, settings }) => ({ profile, settings, preset: null })),
  };
}

/** The foldable parts of the page that are open. @param {HTMLElement} page @returns {Record<string, boolean>} */
export function openParts(page) {
  const parts = /** @type {HTMLDetailsElement[]} */ ([...page.querySelectorAll("details[data-part]")]);
  return Object.fromEntries(parts.filter(({ open }) => open).map(({ dataset }) => [dataset.part ?? "", true]));
}

/** @param {HTMLElement} page @param {Record<string, boolean>} open */
export function showOpenParts(page, open) {
  for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (page.querySelectorAll("details[data-part]"))) {
    part.open = open[part.dataset.part ?? ""] === true;
  }
}
