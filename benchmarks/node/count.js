// Counts the messages on standard input, one JSON string a line, and reports how long the fastest round took.
// usage: node count.js SECONDS
"use strict";

const { readFileSync } = require("fs");
const { SegmentedMessage } = require("sms-segments-calculator");

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
const texts = lines.map((line) => JSON.parse(line));

function count(text) {
  try {
    return new SegmentedMessage(text).segmentsCount;
  } catch {
    return null;
  }
}

const started = process.hrtime.bigint();
const limit = BigInt(Math.round(Number(process.argv[2]) * 1e9));
let counts;
let fastest = Infinity;
// The first rounds are slower: they run before the code is compiled.
for (let round = 0; round < 3 || process.hrtime.bigint() - started < limit; round++) {
  const start = process.hrtime.bigint();
  counts = texts.map(count);
  fastest = Math.min(fastest, Number(process.hrtime.bigint() - start));
}
console.log(JSON.stringify({ ns: fastest / texts.length, counts }));
