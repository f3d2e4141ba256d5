// @ts-check
/** The library prompt that the composer was filled from: its name and its version. */

/**
 * @typedef {import("./events.js").Message} Message
 * @typedef {{id: string, version: number, name: string, url: string, messages: Message[], variables: Record<string, string>}} LibraryPrompt
 */

export class OpenedPrompt {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {LibraryPrompt|null} */
    this.prompt = null;
    this.edited = false;
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** What a run refers to; null once the text is no longer that version's. */
  get reference() {
    return this.prompt && !this.edited ? { id: this.prompt.id, version: this.prompt.version } : null;
  }

  /** @param {LibraryPrompt|null} prompt */
  show(prompt) {
    this.prompt = prompt;
    this.root.hidden = prompt === null;
    if (!prompt) return;
    const name = /** @type {HTMLAnchorElement} */ (this.part("[data-opened-name]"));
    name.textContent = prompt.name;
    name.href = prompt.url;
    this.part("[data-opened-version]").textContent = `version ${prompt.version}`;
  }

  /** The texts as they stand now. @param {Message[]} messages */
  compare(messages) {
    if (!this.prompt) return;
    const words = (/** @type {Message[]} */ turns) => JSON.stringify(turns.map(({ role, content }) => [role, content]));
    this.edited = words(messages) !== words(this.prompt.messages);
    this.part("[data-opened-edited]").hidden = !this.edited;
  }
}
