// @ts-check
/** Whether a run's answers are made at once or in turns, as chosen beside Run. The choice stands twice
 * on the page, beside the prompt and at the bottom of a phone's screen. */

const choices = () => /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("[data-order]"));

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || !("order" in target.dataset)) return;
  for (const choice of choices()) choice.value = target.value;
});

/** "concurrent", "sequential" or "interleaved". */
export function chosenOrder() {
  return choices()[0]?.value ?? "concurrent";
}
