// @ts-check
/** How answers are shown and what colors their tokens: remembered in this browser, for every lane. */
import { MEASURES } from "./tokens_scale.js";

const KEY = "answer-view";
const VIEWS = ["formatted", "text", "tokens"];

class Choice extends EventTarget {
  constructor() {
    super();
    const kept = read();
    this.view = VIEWS.includes(kept.view) ? kept.view : "formatted";
    this.measure = kept.measure in MEASURES ? kept.measure : "probability";
  }

  /** @param {string} view */
  rememberView(view) {
    this.view = view;
    this.keep();
  }

  /** All lanes follow. @param {string} measure */
  chooseMeasure(measure) {
    this.measure = measure;
    this.keep();
    this.dispatchEvent(new Event("measure"));
  }

  keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ view: this.view, measure: this.measure }));
    } catch {
      // Nothing is remembered where the browser keeps nothing.
    }
  }
}

/** @returns {{view: string, measure: string}} */
function read() {
  try {
    return { view: "", measure: "", ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return { view: "", measure: "" };
  }
}

export const choice = new Choice();
