// node snapshot.mjs FOLDER [MODULE]: writes the memory of Python once it has started, and has imported a module of
// segcore.zip, so that browsers need not do that again.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [folder, module] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide/pyodide.mjs")));
// As in a browser, instead of the path of this file.
const python = await loadPyodide({ _makeSnapshot: true, _sysExecutable: "./this.program" });
if (module) {
  const archive = await readFile(resolve(folder, "segcore.zip"));
  python.unpackArchive(new Uint8Array(archive), "zip", { extractDir: "/packages" });
  python.runPython(`import sys; sys.path.append("/packages"); import ${module}`);
}
await writeFile(resolve(folder, "python.snapshot"), gzipSync(python.makeMemorySnapshot(), { level: 9 }));
