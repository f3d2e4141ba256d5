// @ts-check
/**
 * A form with `data-question` asks first, in one dialog that all of them share. `data-answer` is what
 * its button says.
 */

export function questions() {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.querySelector("#question"));
  if (!dialog) return;
  document.documentElement.dataset.asks = "";
  /** @type {{form: HTMLFormElement, submitter: HTMLElement|null}|null} */
  let asked = null;
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.question || asked?.form === form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    asked = { form, submitter: event.submitter };
    const say = (/** @type {string} */ selector, /** @type {string} */ text) => {
      /** @type {HTMLElement} */ (dialog.querySelector(selector)).textContent = text;
    };
    say("[data-question-text]", form.dataset.question);
    say("[data-question-yes]", form.dataset.answer ?? "Yes");
    dialog.showModal();
  }, { capture: true });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") asked?.form.requestSubmit(/** @type {HTMLElement|null} */ (asked.submitter));
    dialog.returnValue = "";
    asked = null;
  });
}
