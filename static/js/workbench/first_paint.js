// @ts-check
/** How long this browser took from Run to a lane's first token on the screen. */

export class FirstPaint {
  /** @param {{send: (message: object) => void}} connection is told of each */
  constructor(connection) {
    this.connection = connection;
    /** When Run was pressed, by generation. @type {Map<number, number>} */
    this.pending = new Map();
    this.inTurns = false;
  }

  forget() {
    this.pending.clear();
  }

  /** @param {number} generation @param {number} pressedAt a page in the background paints nothing @param {boolean} inTurns
   * only the server knows how long it waited for its turn, and says what is left with the end */
  expect(generation, pressedAt, inTurns) {
    this.inTurns = inTurns;
    if (!document.hidden) this.pending.set(generation, pressedAt);
  }

  /** Taken after this frame was drawn. @param {import("./lane.js").Lane} lane @param {import("./stream.js").StreamState} state */
  time(lane, state) {
    const pressedAt = this.pending.get(state.generation);
    if (pressedAt === undefined || !state.text) return;
    this.pending.delete(state.generation);
    if (document.hidden) return;
    setTimeout(() => {
      const painted = performance.now() - pressedAt;
      this.connection.send({ type: "painted", generation: state.generation, ttft_ms: painted });
      if (!this.inTurns) lane.painted = painted;
      if (lane.state) lane.figures.show(lane.currentFigures(lane.state));
    });
  }
}
