// @ts-check
/**
 * How the tokens of an answer were drawn, gathered while it streams. Pure: no page.
 *
 * @typedef {import("./tokens_scale.js").Token} Token
 * @typedef {object} Marks
 * @property {number} from so many characters of the text stand before them, which came in a snapshot,
 * @property {number} before and so many tokens
 * @property {Token[]} tokens shared with the marks that these grew from: only the first `count` are these
 * @property {number} count
 */

/** @param {number[]} ids of one piece @param {import("./events.js").Mark[]} marks of its tokens; not of each where the engine pairs them otherwise @returns {Token[]} */
const tokensOf = (ids, marks) =>
  marks.map(([text, logprob, rank, low], place) => ({ text, id: ids.length === marks.length ? ids[place] : -1, logprob, rank, low, high: null }));

/**
 * What a snapshot tells of all its tokens; null where it does not.
 *
 * @param {import("./events.js").SnapshotEvent} snapshot @returns {Marks|null}
 */
export function toldBy({ ids, marks }) {
  return marks?.length ? { from: 0, before: 0, tokens: tokensOf(ids, marks), count: marks.length } : null;
}

/**
 * With what these pieces tell; null while nothing is told. Not copied for each piece: an answer has
 * thousands.
 *
 * @param {{marks: Marks|null, text: string, tokens: number}} state before these pieces
 * @param {import("./events.js").Piece[]} pieces @param {import("./events.js").Mark[][]} told of each piece, or nothing
 * @returns {Marks|null}
 */
export function grown({ marks, text, tokens: before }, pieces, told) {
  const more = told.flatMap((drawn, number) => tokensOf(pieces[number][1], drawn));
  if (!more.length) return marks;
  const held = marks ?? { from: text.length, before, tokens: [], count: 0 };
  const tokens = held.count === held.tokens.length ? held.tokens : held.tokens.slice(0, held.count);
  tokens.push(...more);
  return { ...held, tokens, count: tokens.length };
}
