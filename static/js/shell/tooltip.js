// @ts-check
/** One tooltip for every `data-tip`: on hover, on keyboard focus, and on a tap. Esc puts it away. */

const WAIT_MS = 250;
const GAP_PX = 8;

/** @param {HTMLElement} tooltip */
export function tooltips(tooltip) {
  /** @type {HTMLElement|null} */
  let owner = null;
  let timer = 0;

  const hide = () => {
    clearTimeout(timer);
    if (!owner) return;
    owner.removeAttribute("aria-describedby");
    owner = null;
    tooltip.hidePopover();
  };
  /** @param {HTMLElement} trigger */
  const show = (trigger) => {
    hide();
    if (!trigger.isConnected) return;
    owner = trigger;
    tooltip.textContent = trigger.dataset.tip ?? "";
    tooltip.showPopover();
    trigger.setAttribute("aria-describedby", tooltip.id);
    place(tooltip, trigger.getBoundingClientRect());
  };
  /** @param {Event} event @returns {HTMLElement|null} */
  const triggerOf = (event) => event.target instanceof Element ? event.target.closest("[data-tip]") : null;

  document.addEventListener("pointerover", (event) => {
    const trigger = triggerOf(event);
    if (trigger === owner || event.pointerType === "touch") return;
    hide();
    if (trigger) timer = setTimeout(() => show(trigger), WAIT_MS);
  });
  document.addEventListener("focusin", (event) => {
    const trigger = triggerOf(event);
    if (trigger?.matches(":focus-visible")) show(trigger);
    else hide();
  });
  document.addEventListener("click", (event) => {
    const trigger = triggerOf(event);
    if (trigger?.matches(".tip, .figure__name")) show(trigger);
    else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !owner) return;
    event.stopImmediatePropagation();
    hide();
  }, { capture: true });
}

/** @param {HTMLElement} tooltip @param {DOMRect} at */
function place(tooltip, at) {
  const { width, height } = tooltip.getBoundingClientRect();
  const left = Math.min(Math.max(GAP_PX, at.left + at.width / 2 - width / 2), innerWidth - width - GAP_PX);
  const above = at.top - height - GAP_PX;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${above > GAP_PX ? above : at.bottom + GAP_PX}px`;
}
