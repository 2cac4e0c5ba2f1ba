// Runs the layout: in a worker, and where none may be started in short turns on the page's own thread.
import workerSource from "source:./worker.js";
import { begin, outline, places, simulation, step, steps } from "./layout.js";

/** Calls `each(places, part done)` until the layout stands. */
export function arrange(graph, each) {
  const { nodes, edges } = outline(graph.nodes, graph.edges);
  const files = graph.files.length;
  let heard = false;
  const here = () => {
    begin(nodes, files);
    const running = simulation(nodes, edges);
    const all = steps(nodes.length);
    let number = 0;
    const turn = () => {
      const until = performance.now() + 24;
      while (number < all && performance.now() < until) step(running, ++number);
      each(places(nodes), number / all);
      if (number < all) setTimeout(turn, 0);
    };
    turn();
  };
  try {
    const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onmessage = ({ data }) => {
      heard = true;
      each(data.at, data.done);
      if (data.done === 1) {
        worker.terminate();
        URL.revokeObjectURL(url);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      if (!heard) here();
    };
    worker.postMessage({ nodes, edges, files });
  } catch {
    here();
  }
}
