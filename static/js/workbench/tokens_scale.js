// @ts-check
/**
 * What a token's color says, and a token's figures in words. Pure: no page.
 *
 * @typedef {object} Token
 * @property {string} text
 * @property {number} id -1 where the engine names none
 * @property {number|null} logprob natural log; null is a token that could not come
 * @property {number} rank 1 is the likeliest, -1 unknown
 * @property {number|null} low entropy in bits: at least
 * @property {number|null} high and at most
 *
 * @typedef {object} Measure
 * @property {(token: Token) => number|null} value
 * @property {number[]} limits where each next step begins; steps go from what is usual to what is rare
 * @property {string[]} steps the legend's words, one more than there are limits
 */
import { whole } from "./numbers.js";

/** @param {Token} token */
export const probability = ({ logprob }) => (logprob === null ? 0 : Math.exp(logprob));

/** −log₂ p, in bits. @param {Token} token */
export const surprise = ({ logprob }) => (logprob === null ? Infinity : -logprob / Math.LN2);

/** @type {Record<string, Measure>} */
export const MEASURES = {
  probability: {
    value: (token) => 1 - probability(token), limits: [0.2, 0.5, 0.8, 0.95],
    steps: ["over 80%", "over 50%", "over 20%", "over 5%", "rarer"],
  },
  surprise: { value: surprise, limits: [1, 2, 4, 7], steps: ["under 1 bit", "under 2", "under 4", "under 7", "more"] },
  entropy: { value: ({ low }) => low, limits: [0.5, 1.5, 3, 5], steps: ["under 0.5 bits", "under 1.5", "under 3", "under 5", "more"] },
};

/** The token's step on the scale, 0 the most usual; null where it isn't known. @param {Token} token @param {Measure} measure */
export function stepOf(token, { value, limits }) {
  const found = value(token);
  return found === null ? null : limits.filter((limit) => found >= limit).length;
}

/** @param {[string, number, number|null, number, number|null, number|null]} row @returns {Token} */
export const tokenOf = ([text, id, logprob, rank, low, high]) => ({ text, id, logprob, rank, low, high });

/** A probability with as many digits as tell something. @param {number} share */
export function percent(share) {
  if (share >= 0.9995) return "100%";
  if (share >= 0.1) return `${Math.round(share * 100)}%`;
  return share >= 0.001 ? `${(share * 100).toFixed(1)}%` : share > 0 ? "< 0.1%" : "0%";
}

/** A token with what would not be seen made visible. @param {string} text */
export function visible(text) {
  return text.replaceAll("\n", "↵").replaceAll("\t", "⇥").replaceAll("\r", "␍").replaceAll(" ", "·") || "(no text)";
}

/** All of a token's figures, in words. @param {Token} token */
export function factsOf(token) {
  const rank = token.rank > 0 ? `rank ${whole(token.rank)}` : "";
  const bits = Number.isFinite(surprise(token)) ? `${surprise(token).toFixed(2)} bits of surprise` : "";
  return [percent(probability(token)), rank, bits, spread(token), token.id >= 0 ? `id ${token.id}` : ""].filter(Boolean).join(" · ");
}

/** @param {Token} token */
function spread({ low, high }) {
  if (low === null) return "";
  if (high === null) return `entropy at least ${low.toFixed(2)} bits`;
  return high - low < 0.005 ? `entropy ${low.toFixed(2)} bits` : `entropy ${low.toFixed(2)}–${high.toFixed(2)} bits`;
}
