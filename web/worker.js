// Runs segcore in Pyodide, off the thread that the page types and draws on.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = name => new URL(name, import.meta.url).href;
const bytes = async name => {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
};

async function start() {
  const packages = bytes("packages.zip");
  const python = await loadPyodide({ indexURL: here("pyodide/") });
  postMessage({ status: "Loading segcore …" });
  python.unpackArchive(await packages, "zip");
  return python.pyimport("calculator");
}

const started = start();
started.then(() => postMessage({ ready: true }), error => postMessage({ failed: String(error) }));

addEventListener("message", async ({ data: { id, name, args } }) => {
  try {
    postMessage({ id, answer: JSON.parse((await started).call(name, JSON.stringify(args))) });
  } catch (error) {
    postMessage({ id, answer: { error: String(error) } });
  }
});
