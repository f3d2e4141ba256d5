// @ts-check
/**
 * The messages to send: a system message, which may be empty, turns before, and the user's last.
 * A library prompt that was opened here has its variables put in when it is sent.
 */
import { OpenedPrompt } from "./opened_prompt.js";
import { Turns } from "./turns.js";

/**
 * @typedef {import("./events.js").Message} Message
 * @typedef {import("./opened_prompt.js").LibraryPrompt} LibraryPrompt
 * @typedef {{turns: Message[], opened: LibraryPrompt|null}} LibraryState
 * @typedef {{system: string, prompt: string, library?: LibraryState|null}} ComposerState
 */

export class Composer {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    /** @template {HTMLElement} T @param {string} selector @returns {T} */
    const part = (selector) => /** @type {T} */ (root.querySelector(selector));
    this.system = /** @type {HTMLTextAreaElement} */ (part("#system"));
    this.prompt = /** @type {HTMLTextAreaElement} */ (part("#prompt"));
    this.onChange = onChange;
    this.turns = new Turns(part("[data-turns]"), part("[data-turn-template]"), () => this.changed());
    this.opened = new OpenedPrompt(part("[data-opened]"), () => this.changed());
    /** What an opened prompt took the place of. @type {ComposerState|null} */
    this.before = null;
    this.undo = part("[data-opened-undo]");
    for (const area of [this.system, this.prompt]) {
      area.addEventListener("input", () => this.changed());
    }
    part("[data-opened-close]").addEventListener("click", () => this.close());
    this.undo.addEventListener("click", () => this.putBack());
    root.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const chip = target.closest("[data-example]");
      if (chip instanceof HTMLElement) this.use(chip.dataset.example ?? "");
      if (target.closest("[data-add-turn]")) this.turns.add();
    });
    this.fit();
  }

  /** The messages as written, with where each stands; blank ones say nothing, but for the last. */
  get entries() {
    const turns = this.turns.read().map((turn, index) => ({ ...turn, field: `messages.turns.${index}` }));
    /** @type {(Message & {field: string})[]} */
    const before = [{ role: "system", content: this.system.value, field: "messages.system" }, ...turns];
    return [...before.filter(({ content }) => content.trim()), { role: /** @type {const} */ ("user"), content: this.prompt.value, field: "messages.user" }];
  }

  /** @returns {Message[]} */
  get written() {
    return this.entries.map(({ role, content }) => ({ role, content }));
  }

  /** What is sent. @returns {Message[]} */
  read() {
    return this.written.map(({ role, content }) => ({ role, content: this.opened.fill(content) }));
  }

  /** The `data-field` of the n-th message sent. @param {string} field “messages.1” */
  fieldOf(field) {
    return this.entries[Number(field.split(".")[1])]?.field ?? "messages.user";
  }

  /** What a draft keeps of it. @returns {ComposerState & {library: LibraryState}} */
  get state() {
    const library = { turns: this.turns.read(), opened: this.opened.state };
    return { system: this.system.value, prompt: this.prompt.value, library };
  }

  /** @param {ComposerState} state */
  write({ system, prompt, library }) {
    this.system.value = system;
    this.prompt.value = prompt;
    this.turns.write(library?.turns ?? []);
    this.opened.show(library?.opened ?? null);
    this.opened.compare(this.written);
    this.fit();
  }

  /** Takes a prompt from the library. What stood here can be put back. @param {LibraryPrompt} opened */
  open(opened) {
    const holds = this.entries.some(({ content }) => content.trim()) && JSON.stringify(this.written) !== JSON.stringify(this.opened.prompt?.messages);
    this.before = holds ? this.state : null;
    const [system, ...rest] = opened.messages[0]?.role === "system" ? opened.messages : [null, ...opened.messages];
    const prompt = rest.at(-1)?.content ?? "";
    this.write({ system: system?.content ?? "", prompt, library: { turns: /** @type {Message[]} */ (rest.slice(0, -1)), opened } });
    this.undo.hidden = this.before === null;
    this.onChange();
    (this.opened.fields.list.querySelector("textarea") ?? this.prompt).focus();
  }

  /** The text stays, with its variables put in; the library is not referred to any more. */
  close() {
    const [system, turns, prompt] = [this.system.value, this.turns.read(), this.prompt.value];
    const filled = turns.map(({ role, content }) => ({ role, content: this.opened.fill(content) }));
    this.write({ system: this.opened.fill(system), prompt: this.opened.fill(prompt), library: { turns: filled, opened: null } });
    this.onChange();
    this.prompt.focus();
  }

  putBack() {
    if (this.before) this.write(this.before);
    this.before = null;
    this.undo.hidden = true;
    this.onChange();
    this.prompt.focus();
  }

  /** @param {string} example */
  use(example) {
    this.prompt.value = example;
    this.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    this.prompt.focus();
  }

  changed() {
    this.opened.compare(this.written);
    this.fit();
    this.onChange();
  }

  /** Grows with the text where the browser does not do that by itself. */
  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    for (const area of [this.system, this.prompt]) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight}px`;
    }
  }
}
