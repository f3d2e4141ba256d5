// @ts-check
/** What the composer has to do with the rest of the page: the run's cases, token counts, going on from an answer. */
import { fill } from "../library/variables.js";
import { RunCases } from "./cases_run.js";
import { isTerminal } from "./events.js";
import { AnswerForms } from "./forms.js";
import { TokenCount } from "./token_count.js";

/** @typedef {import("./lane.js").Lane} Lane */

export class Composing {
  /**
   * @param {HTMLElement} page @param {import("./composer.js").Composer} composer
   * @param {import("./lanes.js").Lanes} lanes @param {import("./runs.js").Runs} runs @param {() => void} paint
   */
  constructor(page, composer, lanes, runs, paint) {
    this.composer = composer;
    this.lanes = lanes;
    this.runs = runs;
    this.cases = new RunCases(/** @type {HTMLElement} */ (page.querySelector("#run-cases")), runs, () => lanes.all.filter(({ fresh }) => !fresh), () => {
      for (const lane of lanes) this.turnOver(lane);
      paint();
    });
    this.tokens = new TokenCount(composer.root, () => ({ messages: composer.written, cases: composer.given, lanes: lanes.all.filter(({ settings }) => settings.isOffered).map(counted) }));
    this.forms = new AnswerForms(page, composer.root.dataset.formCheck ?? "");
  }

  /** A stored run is opened: its values stand in the table. @param {import("./events.js").StoredComparison} stored */
  begin(stored) {
    this.composer.cases.write((stored.cases ?? []).map(({ variables }) => variables));
    this.composer.follow();
  }

  /** Something was typed or set. */
  refresh() {
    this.tokens.ask();
    this.forms.refresh();
  }

  /** Streams have moved on. */
  update() {
    this.cases.update();
    for (const lane of this.lanes) {
      const button = /** @type {HTMLElement|null} */ (lane.root.querySelector("[data-action=continue]"));
      if (button) button.hidden = !this.canGoOn(lane);
    }
  }

  /** @param {Lane} lane */
  canGoOn(lane) {
    return !lane.fresh && lane.state !== null && isTerminal(lane.state.status) && Boolean(lane.state.text) && this.runs.messages.length > 0;
  }

  /** The lane's answer is a message of the conversation from now on. @param {Lane} lane */
  goOn(lane) {
    if (!lane.state || !this.canGoOn(lane)) return;
    const values = this.runs.variables[this.runs.case - 1] ?? {};
    const messages = this.runs.messages.map(({ role, content }) => ({ role, content: fill(content, values) }));
    this.composer.goOn(messages.filter(({ content }) => content.trim()), lane.state.text);
  }

  /** The lane shows another case's answer: what it held was of the case before. @param {Lane} lane */
  turnOver(lane) {
    lane.painted = null;
    lane.samples.clear();
  }
}

/** @param {Lane} lane */
function counted({ letter, settings }) {
  const title = settings.profileSelect.selectedOptions[0]?.text ?? settings.profile;
  return { letter, profile: settings.profile, title };
}
