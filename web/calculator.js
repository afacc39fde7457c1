// The page: it asks the worker, and shows what segcore answers.  No text is ever read as markup.
"use strict";

const byId = id => document.getElementById(id);
const text = byId("text"), status = byId("status"), answer = byId("answer");

/** Return an element with attributes (properties where they are no strings) and children. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (typeof value === "string") made.setAttribute(key, value); else made[key] = value;
  made.append(...children);
  return made;
}
/** Return a sentence in parts that keep the names of encodings on one line. */
const sentence = said => said.split(/(UCS-2|GSM-7)/)
  .map((part, index) => index % 2 ? element("span", { class: "unbroken" }, part) : part);
const number = value => value.toLocaleString("en");
const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

// ---- The worker.  From a blob it inherits the page's Content-Security-Policy; from its own address it would not.

const script = URL.createObjectURL(
  new Blob([`import ${JSON.stringify(new URL("worker.js", location).href)};`], { type: "text/javascript" }));
const worker = new Worker(script, { type: "module" });
const asked = new Map();

function post(question, progress) {
  const id = post.next = (post.next ?? 0) + 1;
  worker.postMessage({ id, ...question });
  return new Promise((resolve, reject) => asked.set(id, { resolve, reject, progress }));
}
const ask = (name, ...args) => post({ name, args });

worker.addEventListener("error", () => fail("the worker did not start"));
worker.addEventListener("message", ({ data }) => {
  const { resolve, reject, progress } = asked.get(data.id);
  if (data.rows !== undefined) return progress(data.rows);
  asked.delete(data.id);
  if ("result" in data.answer) resolve(data.answer.result); else reject(new Error(data.answer.error));
});

function say(message, kind) {
  status.className = kind;
  status.replaceChildren(message);
  // Spoken when the typing pauses, or a screen reader would say each count on the way.
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { byId("spoken").textContent = status.innerText; }, 700);
}

function fail(reason) {
  const local = location.protocol === "file:";
  say(local ? "Browsers do not run Python from a file. Serve this folder: python3 -m http.server --directory FOLDER"
    : `The calculator could not be loaded: ${reason}`, "error");
}

// ---- Counting: one question at a time, and of those that came meanwhile only the last.

const lengths = {};
let counting = null, isStale = false;

function options() {
  return {
    profile: byId("profile").value, smart_encoding: byId("smart").value,
    prefix: byId("prefix").value, suffix: byId("suffix").value,
  };
}

const isTemplate = () => document.querySelector("[name=kind]:checked").value === "template";

/** Return a promise of the result being shown. */
function count() {
  isStale = true;
  return counting ??= countAll().finally(() => { counting = null; });
}

async function countAll() {
  while (isStale) {
    isStale = false;
    const call = isTemplate() ? ["template", text.value, options(), lengths] : ["message", text.value, options()];
    try {
      show(await ask(...call));
    } catch (error) {
      say(error.message, "error");
      answer.hidden = true;
    }
  }
}

// ---- Showing.

function show(found) {
  const segments = found.fewest === undefined || found.fewest === found.most
    ? counted(found.segments, "segment") : `${number(found.fewest)} to ${counted(found.most, "segment")}`;
  const room = found.remaining === null ? "" : `; ${number(found.remaining)} left before another segment`;
  const longest = found.fewest === undefined ? "" : "The longest message: ";
  say(segments, "");
  status.append(element("small", {}, ...sentence(`${longest}${found.encoding}, ${number(found.units)} ${found.unit}${room}`)));
  showFields(found.fields ?? []);
  answer.replaceChildren(...[
    limits(found), bounds(found), preview(found), forcing(found), advice(found), capacities(found),
  ].flat());
  answer.hidden = false;
}

function limits(found) {
  if (!found.limits.length) return [];
  return [element("ul", { class: "notes" },
    ...found.limits.map(limit => element("li", {}, `Cannot be sent as one message: ${limit}`)))];
}

function bounds(found) {
  if (found.fewest === undefined) return [];
  const said = [];
  if (found.tipping_field !== null)
    said.push(`If ${found.tipping_field} is ${number(found.tipping_length)} or longer, the message needs more than ${counted(found.fewest, "segment")}.`);
  else if (found.fields.length) said.push("The lengths of the fields do not change the number of segments.");
  else said.push("There is no field in this text.");
  if (found.most_ucs2 !== null && found.most_ucs2 > found.most)
    said.push(`If a value holds a character outside GSM-7: up to ${counted(found.most_ucs2, "segment")}.`);
  return said.map(each => element("p", {}, ...sentence(each)));
}

function preview(found) {
  if (!found.units) return [];
  const message = element("div", { class: "message", tabIndex: 0, role: "group", "aria-label": "The message in segments" });
  found.parts.forEach((part, index) => {
    const runs = part.runs.flatMap(run => {
      const lines = run.text.split("\n").flatMap((line, at) => at ? ["↵\n", line] : [line]);
      return run.forces ? [element("mark", {}, ...lines)] : lines;
    });
    message.append(element("bdi", { class: index % 2 ? "odd" : "even", title: `Segment ${index + 1}` }, ...runs));
    if (found.segments > 1) message.append(element("sup", {}, String(index + 1)));
  });
  const shown = found.parts.slice(0, 12).map((part, index) => element("li", {},
    ...(found.capacity === null ? [`${number(part.units)} ${found.unit}`] : [
      element("meter", { max: found.capacity, value: part.units, "aria-hidden": "true" }),
      `Segment ${index + 1}: ${number(part.units)} of ${number(found.capacity)}`])));
  if (found.parts.length > 12) shown.push(element("li", {}, `and ${number(found.segments - 12)} more`));
  return [element("h3", {}, found.fewest === undefined ? "As it is sent" : "The longest message, as it is sent"),
    message, element("ol", { class: "fill" }, ...shown)];
}

function forcing(found) {
  if (!found.non_gsm.length) return [];
  const rows = found.non_gsm.slice(0, 50).map(each => element("tr", {},
    element("th", { scope: "row" }, element("bdi", { class: "glyph" }, each.glyph),
      element("span", { class: "code" }, each.label), element("span", { class: "name" }, each.name)),
    element("td", { class: "number" }, number(each.times)),
    element("td", { class: "write" }, each.replacement === null ? element("span", { class: "soft" }, "no suggestion")
      : { "": "nothing", " ": "a space" }[each.replacement] ?? each.replacement)));
  const more = found.non_gsm.length - rows.length;
  return [element("h3", {}, ...sentence("What forces UCS-2")),
    element("table", { "aria-label": "Characters that force UCS-2" },
      element("thead", {}, element("tr", {}, ...["Character", "Times", "Write"].map((heading, index) =>
        element("th", { scope: "col", class: index === 1 ? "number" : "" }, heading)))),
      element("tbody", {}, ...rows)),
    ...(more > 0 ? [element("p", { class: "more" }, `and ${number(more)} more`)] : [])];
}

function advice(found) {
  if (!found.suggests) return [];
  const saved = found.savings;
  const said = saved > 0 ? `Saves ${number(saved)} of ${counted(found.most ?? found.segments, "segment")}.`
    : saved === 0 ? "Saves no segment." : `Takes ${counted(-saved, "segment")} more, because the replacements are longer.`;
  const use = element("button", { type: "button" }, "Use this text");
  use.addEventListener("click", () => { text.value = found.suggested; text.focus(); count(); });
  return [element("h3", {}, "Write instead"), element("p", { class: saved > 0 ? "good" : "soft" }, said),
    element("div", { class: "suggestion", dir: "auto", tabIndex: 0, role: "group", "aria-label": "Suggested text" }, found.suggested), element("p", {}, use)];
}

function capacities(found) {
  if (found.message_class !== null) return [element("p", { class: "soft" }, `Billed as ${found.message_class}.`)];
  const tables = found.tables.length ? ` Sent with the ${found.tables.join(" and the ")}.` : "";
  return [element("p", { class: "soft" }, ...sentence(
    `${found.encoding}: ${number(found.single)} ${found.unit} fit in a single segment, ${number(found.concatenated)} in each of several.${tables}`))];
}

// ---- The lengths of fields.

function showFields(fields) {
  byId("fields").hidden = !fields.length;
  const body = byId("fields").tBodies[0];
  // Rows that are there already keep the focus.
  const names = fields.map(each => each.name);
  if (JSON.stringify(names) === body.dataset.names) return;
  body.dataset.names = JSON.stringify(names);
  body.replaceChildren(...fields.map(({ name, range: [least, most, alphabet] }) => {
    const input = (label, value) => element("input",
      { type: "number", min: "0", value: value === null ? "" : String(value), placeholder: "no limit", "aria-label": `${label} length of ${name}` });
    const from = input("Shortest", least), to = input("Longest", most);
    const holds = element("select", { "aria-label": `What ${name} may hold` },
      element("option", { value: "gsm7" }, "GSM-7 only"), element("option", { value: "ucs2" }, "anything"));
    holds.value = alphabet;
    const row = element("tr", {}, element("th", { scope: "row" }, name), ...[from, to, holds].map(each => element("td", {}, each)));
    row.addEventListener("input", () => {
      lengths[name] = [Number(from.value), to.value === "" ? null : Number(to.value), holds.value];
      count();
    });
    return row;
  }));
}

// ---- Files.

function sayOfFile(message, kind = "") {
  byId("file-status").className = kind;
  byId("file-status").textContent = message;
}

async function countFile(file) {
  byId("report").hidden = byId("download").hidden = true;
  sayOfFile(`Reading ${file.name} …`);
  const given = { ...options() };
  for (const id of ["price", "mms_price", "default_region"]) given[id] = byId(id).value.trim();
  try {
    const found = await post({ name: "report", args: [given], file },
      rows => sayOfFile(`Reading ${file.name}: ${counted(rows, "row")} …`));
    sayOfFile(`${file.name}: ${counted(found.messages, "message")}, ${counted(found.segments, "segment")}.`);
    showReport(found.html, file.name);
  } catch (error) {
    sayOfFile(error.message, "error");
  }
}

function showReport(html, name) {
  const frame = byId("report"), link = byId("download");
  // Scripts are off in it; the page may measure it.
  frame.srcdoc = html;
  frame.hidden = link.hidden = false;
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  link.download = `${name.replace(/\.[^.]*$/, "")}-report.html`;
}

function fitReport() {
  const page = byId("report").contentDocument?.documentElement;
  if (page && !byId("report").hidden) byId("report").style.height = `${page.offsetHeight + 2}px`;
}

byId("report").addEventListener("load", () => {
  fitReport();
  new ResizeObserver(fitReport).observe(byId("report").contentDocument.body);
});
byId("file").addEventListener("change", () => { if (byId("file").files.length) countFile(byId("file").files[0]); });
for (const kind of ["dragover", "dragleave", "drop"]) addEventListener(kind, event => {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  byId("file-section").classList.toggle("over", kind === "dragover");
  if (kind !== "drop") return;
  byId("file-section").scrollIntoView({ block: "start" });
  countFile(event.dataTransfer.files[0]);
});

// ---- The start.

text.addEventListener("input", count);
for (const id of ["profile", "prefix", "suffix", "smart"]) byId(id).addEventListener("input", count);
for (const each of document.querySelectorAll("[name=kind]")) each.addEventListener("input", () => {
  byId("text-hint").hidden = !isTemplate();
  if (!isTemplate()) showFields([]);
  count();
});

function placeholders(profiles) {
  const chosen = profiles.find(each => each.name === byId("profile").value);
  for (const end of ["prefix", "suffix"]) byId(end).placeholder = chosen[end] || "none";
}

say("Loading Python …", "waiting");
ask("start").then(({ profiles, tables, version, implementation }) => {
  byId("profile").append(...profiles.map(each => element("option", { value: each.name }, `${each.name} – ${each.title}`)));
  byId("smart").append(...tables.map(each => element("option", { value: each }, `Table ${each}`)));
  byId("profile").addEventListener("input", () => placeholders(profiles));
  placeholders(profiles);
  byId("about").textContent = `segcore ${version}, ${implementation}, in Pyodide.`;
  document.body.dataset.ready = "yes";
  return count();
}, error => fail(error.message));
// Afterwards the page works without a network.
if ("serviceWorker" in navigator && location.protocol !== "file:") navigator.serviceWorker.register("service-worker.js");
