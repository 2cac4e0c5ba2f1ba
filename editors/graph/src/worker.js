// The layout off the page's thread.
import { begin, places, simulation, step, steps } from "./layout.js";

self.onmessage = ({ data }) => {
  const { nodes, edges, files } = data;
  begin(nodes, files);
  const running = simulation(nodes, edges);
  const all = steps(nodes.length);
  let sent = 0;
  // To draw thousands takes a while itself.
  const pause = nodes.length > 2000 ? 400 : 60;
  for (let number = 1; number <= all; number++) {
    step(running, number);
    const now = performance.now();
    if (now - sent > pause || number === all) {
      sent = now;
      const at = places(nodes);
      self.postMessage({ at, done: number / all }, [at.buffer]);
    }
  }
};
