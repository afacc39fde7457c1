// Says what the calculator answers to the messages on standard input, one JSON string a line, one JSON answer a line.
// usage: node segments.js count|explain SMART   (SMART: true or false)
//        node segments.js rcs
"use strict";

const { createHash } = require("crypto");
const { createInterface } = require("readline");
const GraphemeSplitter = require("grapheme-splitter");
const { RcsSegmentedMessage, SegmentedMessage } = require("sms-segments-calculator");

const [, , mode, smart] = process.argv;
const splitter = new GraphemeSplitter();
const standard = new Intl.Segmenter("en", { granularity: "grapheme" });

const sizes = (clusters) => clusters.map((cluster) => cluster.length);
const newer = (text) => Array.from(standard.segment(text), ({ segment }) => segment);

// Whether it takes a code point for one that clings to what is before or after it, and whether Unicode does.
const habits = new Map();
function known(codePoint) {
  if (!habits.has(codePoint)) {
    const around = [["a", ""], ["", "a"], ["\u1100", ""], ["", "\u11a8"], ["", "\u0301"]];
    const tries = around.map(([before, after]) => before + codePoint + after);
    const same = (text) => splitter.splitGraphemes(text).join("\n") === newer(text).join("\n");
    habits.set(codePoint, tries.every(same));
  }
  return habits.get(codePoint);
}

function count(message) {
  const bits = message.encodingName === "GSM-7" ? 7 : 16;
  const sent = message.graphemes.join("");
  const digest = createHash("md5").update(Buffer.from(sent, "utf16le")).digest("hex");
  const fullest = Math.max(...message.segments.map((segment) => segment.sizeInBits())) / 8;
  return [message.encodingName, message.messageSize / bits, message.segmentsCount, fullest, digest];
}

function explain(message) {
  const sent = message.graphemes.join("");
  return {
    sent: [...sent].map((codePoint) => codePoint.codePointAt(0)),
    its: sizes(splitter.splitGraphemes(sent)),
    standard: sizes(newer(sent)),
    strangers: [...new Set(sent)].filter((codePoint) => !known(codePoint)).map((one) => one.codePointAt(0)),
  };
}

// As RCS to the US and elsewhere.
function rcs(text) {
  return ["us", "international"].map((region) => {
    const message = new RcsSegmentedMessage(text, region);
    return [message.encodingName, message.numberOfBytes, message.segmentsCount, message.messageType];
  });
}

if (mode === "versions") {
  const version = (name) => require(`${name}/package.json`).version;
  const { node, icu, unicode } = process.versions;
  const names = ["sms-segments-calculator", "grapheme-splitter"];
  console.log(JSON.stringify({ node, icu, unicode, ...Object.fromEntries(names.map((name) => [name, version(name)])) }));
} else {
  const answer = { count, explain }[mode];
  const reply = (text) => answer(new SegmentedMessage(text, "auto", smart === "true"));
  createInterface({ input: process.stdin }).on("line", (line) => {
    process.stdout.write(JSON.stringify((mode === "rcs" ? rcs : reply)(JSON.parse(line))) + "\n");
  });
}
