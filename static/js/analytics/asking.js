// @ts-check
/** The form above the figures: days only where they are asked for, and the browser's time zone. */

/** @param {HTMLFormElement} form */
export function asking(form) {
  const range = /** @type {HTMLSelectElement} */ (form.querySelector("[data-range]"));
  const days = /** @type {HTMLElement} */ (form.querySelector("[data-days]"));
  const follow = () => {
    const custom = range.value === "days";
    days.hidden = !custom;
    for (const input of days.querySelectorAll("input")) input.disabled = !custom;
  };
  range.addEventListener("change", follow);
  follow();
  form.addEventListener("submit", () => {
    for (const field of form.elements) if ("value" in field && "name" in field && field.value === "") /** @type {HTMLInputElement} */ (field).disabled = true;
  });
  form.addEventListener("change", (event) => {
    const select = event.target instanceof HTMLSelectElement;
    if (select && range.value !== "days") form.requestSubmit();
  });
  zones(form);
}

/** @param {HTMLFormElement} form */
function zones(form) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("[data-zone]"));
  const list = /** @type {HTMLDataListElement} */ (form.querySelector("[data-zones]"));
  list.replaceChildren(...["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => new Option(zone, zone)));
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const offer = /** @type {HTMLButtonElement} */ (form.querySelector("[data-zone-offer]"));
  if (!own || own === field.value) return;
  offer.textContent = `Use ${own}`;
  offer.hidden = false;
  offer.addEventListener("click", () => {
    document.cookie = `zone=${own}; path=/usage/; max-age=31536000; samesite=lax`;
    field.value = own;
    form.requestSubmit();
  });
}
