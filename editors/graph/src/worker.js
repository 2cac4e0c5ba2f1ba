// The layout off the page's thread.
import { begin, places, simulation, steps } from "./layout.js";

self.onmessage = ({ data }) => {
  const { nodes, edges, files } = data;
  begin(nodes, files);
  const running = simulation(nodes, edges);
  const all = steps(nodes.length);
  let sent = 0;
  for (let step = 1; step <= all; step++) {
    running.tick();
    const now = performance.now();
    if (now - sent > 60 || step === all) {
      sent = now;
      const at = places(nodes);
      self.postMessage({ at, done: step / all }, [at.buffer]);
    }
  }
};
