// @ts-check
/**
 * All that a person can set on the workbench, as one value: read from the page, shown on it.
 *
 * @typedef {{profile: string, settings: import("./events.js").Settings, preset: import("./preset.js").Preset|null}} LaneState
 * @typedef {import("./composer.js").ComposerState & {lanes: LaneState[]}} PageState
 */

/** @param {import("./composer.js").Composer} composer @param {import("./lane.js").Lane[]} lanes @returns {PageState} */
export function readState(composer, lanes) {
  return {
    ...composer.state,
    lanes: lanes.map(({ settings, preset }) => ({ profile: settings.profile, settings: settings.read(), preset: preset.applied })),
  };
}

/** @param {Partial<PageState>} state @param {import("./composer.js").Composer} composer @param {import("./lane.js").Lane[]} lanes */
export function showState(state, composer, lanes) {
  composer.write({ system: state.system ?? "", prompt: state.prompt ?? "", library: state.library ?? null });
  (state.lanes ?? []).forEach(({ profile, settings, preset }, position) => {
    lanes[position]?.settings.show(settings, profile);
    lanes[position]?.preset.show(preset);
  });
}

/** What a stored run was started with. @param {import("./events.js").StoredComparison} run @returns {PageState} */
export function stateOfRun({ messages, lanes }) {
  const [system, turns] = messages[0]?.role === "system" ? [messages[0].content, messages.slice(1)] : ["", messages];
  return {
    system, prompt: turns.at(-1)?.content ?? "", library: { turns: turns.slice(0, -1), opened: null },
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
