// @ts-check
/**
 * What is asked: a conversation (a system message, which may be empty, turns before, and the user's
 * last message), or a text that the model goes on from. Its `{{variables}}` have their values in a
 * table, a row for each case; the server puts them in.
 */
import { fill, namesIn } from "../library/variables.js";
import { CaseTable } from "./cases.js";
import { OpenedPrompt } from "./opened_prompt.js";
import { Turns } from "./turns.js";

/**
 * @typedef {import("./events.js").Message} Message
 * @typedef {import("./cases.js").Values} Values
 * @typedef {import("./opened_prompt.js").LibraryPrompt} LibraryPrompt
 * @typedef {"chat"|"text"} Mode
 * @typedef {{turns: Message[], opened: LibraryPrompt|null}} LibraryState
 * @typedef {{system: string, prompt: string, library?: LibraryState|null, cases?: Values[]|null, mode?: Mode|null}} ComposerState
 */
const WORDS = {
  chat: { label: "User", placeholder: "Ask something, and every lane answers" },
  text: { label: "Text", placeholder: "Begin a text, and every lane goes on from it" },
};

export class Composer {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    /** @template {HTMLElement} T @param {string} selector @returns {T} */
    const part = (selector) => /** @type {T} */ (root.querySelector(selector));
    this.root = root;
    this.system = /** @type {HTMLTextAreaElement} */ (part("#system"));
    this.prompt = /** @type {HTMLTextAreaElement} */ (part("#prompt"));
    this.onChange = onChange;
    /** Keeps what stands here before something takes its place. */
    this.onReplace = () => {};
    this.turns = new Turns(part("[data-turns]"), part("[data-turn-template]"), () => this.changed(), (index) => this.branch(index));
    this.opened = new OpenedPrompt(part("[data-opened]"));
    this.cases = new CaseTable(part("[data-cases]"), () => this.changed());
    /** What an opened prompt took the place of. @type {ComposerState|null} */
    this.before = null;
    this.undo = part("[data-opened-undo]");
    for (const area of [this.system, this.prompt]) {
      area.addEventListener("input", () => this.changed());
    }
    part("[data-opened-close]").addEventListener("click", () => this.close());
    this.undo.addEventListener("click", () => this.putBack());
    part("[data-modes]").addEventListener("change", (event) => {
      this.showMode(/** @type {Mode} */ (/** @type {HTMLInputElement} */ (event.target).value));
      this.changed();
    });
    root.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const chip = target.closest("[data-example]");
      if (chip instanceof HTMLElement) this.use(chip.dataset.example ?? "");
      if (target.closest("[data-add-turn]")) this.turns.add();
    });
    this.showMode(/** @type {Mode} */ (root.dataset.mode ?? "chat"));
    this.follow();
  }

  /** @returns {Mode} */
  get mode() {
    return /** @type {Mode} */ (this.root.dataset.mode);
  }

  /** The messages as written, with where each stands; blank ones say nothing, but for the last. */
  get entries() {
    const last = { content: this.prompt.value, field: "messages.user" };
    if (this.mode === "text") return [{ role: /** @type {const} */ ("text"), ...last }];
    const turns = this.turns.read().map((turn, index) => ({ ...turn, field: `messages.turns.${index}` }));
    /** @type {(Message & {field: string})[]} */
    const before = [{ role: "system", content: this.system.value, field: "messages.system" }, ...turns];
    return [...before.filter(({ content }) => content.trim()), { role: /** @type {const} */ ("user"), ...last }];
  }

  /** @returns {Message[]} */
  get written() {
    return this.entries.map(({ role, content }) => ({ role, content }));
  }

  /** What is sent with the messages as written: no case at all leaves the names as they are. @returns {Values[]} */
  get given() {
    const leaves = this.cases.names.length === 0 || (this.cases.isBlank && !this.opened.prompt);
    return leaves ? [] : this.cases.read();
  }

  /** The messages of the first case. @returns {Message[]} */
  read() {
    const [values] = this.given;
    return values ? this.written.map(({ role, content }) => ({ role, content: fill(content, values) })) : this.written;
  }

  /** The `data-field` of the n-th message sent. @param {string} field “messages.1” */
  fieldOf(field) {
    return this.entries[Number(field.split(".")[1])]?.field ?? "messages.user";
  }

  /** What a draft keeps of it. */
  get state() {
    const library = { turns: this.turns.read(), opened: this.opened.prompt };
    return { system: this.system.value, prompt: this.prompt.value, library, cases: this.cases.rows, mode: this.mode };
  }

  /** @param {ComposerState} state */
  write({ system, prompt, library, cases, mode }) {
    this.system.value = system;
    this.prompt.value = prompt;
    this.turns.write(library?.turns ?? []);
    this.opened.show(library?.opened ?? null);
    this.cases.write(cases ?? (library?.opened ? [library.opened.variables] : []));
    this.showMode(mode ?? "chat");
    this.follow();
  }

  /** @param {Mode} mode */
  showMode(mode) {
    this.root.dataset.mode = mode;
    for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (this.root.querySelectorAll("[data-modes] input"))) choice.checked = choice.value === mode;
    /** @type {HTMLElement} */ (this.root.querySelector("label[for=prompt]")).textContent = WORDS[mode].label;
    this.prompt.placeholder = WORDS[mode].placeholder;
  }

  // --- what takes the place of what stands here --------------------------------------------------

  /** Takes a prompt from the library. What stood here can be put back. @param {LibraryPrompt} opened */
  open(opened) {
    const holds = this.entries.some(({ content }) => content.trim()) && JSON.stringify(this.written) !== JSON.stringify(this.opened.prompt?.messages);
    this.before = holds ? this.state : null;
    this.write({ ...conversation(opened.messages, opened), cases: [opened.variables] });
    this.undo.hidden = this.before === null;
    this.onChange();
    (this.cases.body.querySelector("textarea") ?? this.prompt).focus();
  }

  /** The text and its values stay; the library is not referred to any more. */
  close() {
    this.write({ ...this.state, library: { turns: this.turns.read(), opened: null } });
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

  /** Goes on from an earlier message: it is the last one, or the one before it. @param {number} index */
  branch(index) {
    const kept = this.turns.read().slice(0, index + 1);
    const prompt = kept.at(-1)?.role === "user" ? kept.pop()?.content ?? "" : "";
    this.replace({ ...this.state, prompt, library: { turns: kept, opened: null } });
  }

  /** Goes on from an answer to these messages. @param {Message[]} messages @param {string} answer */
  goOn(messages, answer) {
    const [first] = messages;
    if (first?.role === "text") {
      this.replace({ ...this.state, prompt: first.content + answer, library: null, cases: [], mode: "text" });
    } else {
      this.replace(conversation([...messages, { role: "assistant", content: answer }, { role: "user", content: "" }], null));
    }
  }

  /** @param {ComposerState} state */
  replace(state) {
    this.onReplace();
    this.write(state);
    this.onChange();
    this.prompt.focus();
    this.prompt.setSelectionRange(this.prompt.value.length, this.prompt.value.length);
  }

  /** @param {string} example */
  use(example) {
    this.prompt.value = example;
    this.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    this.prompt.focus();
  }

  changed() {
    this.follow();
    this.onChange();
  }

  /** What follows from the texts: their variables, and whether they are still the library's. */
  follow() {
    this.opened.compare(this.written);
    this.cases.show(namesIn(this.written.map(({ content }) => content).join("\n")));
    const { length } = this.cases.rows;
    const several = length > 1 ? `${length} cases, each run in every lane. ` : "";
    this.cases.say(this.given.length ? `${several}An empty value fills in nothing.` : "No value is given, so the names are sent as they are written.");
    this.fit();
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

/** Messages as the composer shows them. @param {Message[]} messages @param {LibraryPrompt|null} opened @returns {ComposerState} */
export function conversation(messages, opened = null) {
  if (messages[0]?.role === "text") return { system: "", prompt: messages[0].content, library: { turns: [], opened }, mode: "text" };
  const [system, turns] = messages[0]?.role === "system" ? [messages[0].content, messages.slice(1)] : ["", messages];
  return { system, prompt: turns.at(-1)?.content ?? "", library: { turns: turns.slice(0, -1), opened }, mode: "chat" };
}
