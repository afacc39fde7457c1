// Runs segcore in Pyodide, off the thread that the page types and draws on.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = name => new URL(name, import.meta.url).href;
const load = async name => {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
};
const bytes = async name => (await load(name)).arrayBuffer();
const unpacked = async name =>
  new Response((await load(name)).body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

/** Return Python as `snapshot.mjs` left it; where that cannot be restored, Python starts anew, in seconds. */
async function restored() {
  const options = { indexURL: here("pyodide/") };
  try {
    return await loadPyodide({ ...options, _loadSnapshot: unpacked("python.snapshot") });
  } catch (error) {
    console.warn(`Starting Python without its snapshot: ${error}`);
    return loadPyodide(options);
  }
}

async function start() {
  const archive = bytes("segcore.zip");
  const python = await restored();
  python.unpackArchive(await archive, "zip", { extractDir: "/packages" });
  python.runPython("import sys; '/packages' in sys.path or sys.path.append('/packages')");
  return { python, call: python.pyimport("calculator").call };
}

/** Answer a request about a file, which Python reads where it is.  What only files need is loaded by the first. */
async function withFile({ python, call }, { id, name, args, file }) {
  withFile.packages ??= bytes("files.zip").then(archive => python.unpackArchive(archive, "zip", { extractDir: "/packages" }));
  await withFile.packages;
  const { FS } = python, folder = "/files";
  FS.mkdirTree(folder);
  FS.mount(FS.filesystems.WORKERFS, { files: [file] }, folder);
  try {
    const path = `${folder}/${file.name}`;
    return call(name, JSON.stringify([path, ...args]), rows => postMessage({ id, rows }));
  } finally {
    FS.unmount(folder);
  }
}

const started = start();

addEventListener("message", async ({ data }) => {
  try {
    const { python, call } = await started;
    const answer = data.file ? await withFile({ python, call }, data) : call(data.name, JSON.stringify(data.args));
    postMessage({ id: data.id, answer: JSON.parse(answer) });
  } catch (error) {
    postMessage({ id: data.id, answer: { error: String(error) } });
  }
});
