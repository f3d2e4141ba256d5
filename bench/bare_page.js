// The least that any page does for so many growing texts: one text node each, no other part, and the
// newest lines alone. What a token waits here is the machine's and Chromium's own.
async ([count, settings]) => {
  document.body.replaceChildren();
  document.body.style.cssText = "margin: 0; display: flex; gap: 8px";
  const texts = Array.from({ length: count }, () => {
    const lane = document.createElement("pre");
    lane.style.cssText = "flex: 1; height: 860px; margin: 0; overflow: hidden; contain: strict;"
      + "white-space: pre-wrap; font: 14px/1.5 sans-serif";
    lane.append("");
    document.body.append(lane);
    return lane.firstChild;
  });
  const socket = new WebSocket(`ws://${location.host}/ws/workbench/`);
  await new Promise((opened) => socket.addEventListener("open", opened));
  const places = new Map();
  const news = texts.map(() => "");
  let frame = 0, ended = 0;
  const paint = () => {
    frame = 0;
    news.forEach((text, at) => {
      if (!text) return;
      texts[at].data = (texts[at].data + text).slice(-1000);
      news[at] = "";
    });
  };
  const done = new Promise((found) => socket.addEventListener("message", ({ data }) => {
    for (const event of JSON.parse(data).events) {
      if (event.type === "accepted") event.lanes.forEach((lane) => places.set(lane.generation, lane.position));
      if (event.type === "end") ended += 1;
      if (event.type !== "delta") continue;
      news[places.get(event.generation)] += event.pieces.map(([text]) => text).join("");
      frame ||= requestAnimationFrame(paint);
    }
    if (ended === count) found();
  }));
  const lane = { profile: "scripted", settings };
  const messages = [{ role: "user", content: "Tell me a story." }];
  socket.send(JSON.stringify({ type: "run", key: crypto.randomUUID(), messages, lanes: Array(count).fill(lane) }));
  await done;
  socket.close();
}
