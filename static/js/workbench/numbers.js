// @ts-check
/** Numbers as people read them. One formatter: to make one takes longer than a frame should. */
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** @param {number} value */
export const whole = (value) => WHOLE.format(value);
