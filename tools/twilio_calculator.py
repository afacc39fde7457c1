"""Compares segcore with Twilio's calculator: ``python -m tools.twilio_calculator``."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import segcore
from benchmarks import node_peer
from benchmarks.node_peer import NodePeer
from benchmarks.report import insert
from segcore import Segmenter
from segcore.rules.graphemes import UNICODE_VERSION
from tools.twilio_corpus import KINDS, build
from tools.twilio_differences import EXPLANATIONS, Answer, reasons

SEED = 2026


@dataclass(frozen=True)
class Difference:
    """A text on which the two sides differ.

    Args:
        text: The text.
        segcore: What segcore says.
        calculator: What the calculator says.
        reasons: Keys of `EXPLANATIONS`; none if it is unexplained.
    """

    text: str
    segcore: Answer
    calculator: Answer
    reasons: frozenset[str]


@dataclass
class Result:
    """The outcome for one setting of smart encoding.

    Args:
        smart: Whether it was on.
        texts: How many were compared.
        gsm7: How many of them went out as GSM-7.
        segments: The segments of all of them, by segcore.
        differences: Those on which the two sides differ.
    """

    smart: bool
    texts: int = 0
    gsm7: int = 0
    segments: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Difference]:
        """The differences for which there is no reason."""
        return [each for each in self.differences if not each.reasons]


def corpus(count: int, seed: int = SEED) -> Iterator[str]:
    """Yield `count` texts, the same ones for the same seed, each kind as often as the others."""
    rng = random.Random(f"{seed} twilio")
    for number in range(count):
        yield build(rng, KINDS[number % len(KINDS)])


def _digest(text: str) -> str:
    return hashlib.md5(text.encode("utf-16-le", "surrogatepass"), usedforsecurity=False).hexdigest()


def _ours(counter: Segmenter, text: str) -> Answer:
    encoding, units, segments = counter.measure(text)
    return Answer(str(encoding), units, segments, _digest(counter.sent(text)))


def compare(peer: NodePeer, texts: Iterator[str], smart: bool, batch: int = 10_000) -> Result:
    """Return how the two sides compare.

    Args:
        peer: The calculator.
        texts: The texts.
        smart: Whether both apply smart encoding.
        batch: How many texts are handed to the calculator at a time.
    """
    counter = Segmenter("twilio", smart_encoding=smart)
    result = Result(smart)
    while part := list(islice(texts, batch)):
        cases = []
        answers = peer.ask("count", part, smart=smart)
        for text, (encoding, units, segments, fullest, digest) in zip(part, answers, strict=True):
            ours, its = _ours(counter, text), Answer(encoding, units, segments, digest)
            result.texts += 1
            result.gsm7 += ours.encoding == "GSM-7"
            result.segments += ours.segments
            if ours != its:
                cases.append((text, ours, its, fullest))
        details = peer.ask("explain", [case[0] for case in cases], smart=smart) if cases else []
        for (text, ours, its, fullest), detail in zip(cases, details, strict=True):
            why = reasons(ours, its, fullest, detail)
            result.differences.append(Difference(text, ours, its, why))
    return result


def compare_rcs(peer: NodePeer, texts: Iterator[str], batch: int = 10_000) -> tuple[int, list[str]]:
    """Return how many texts were compared as RCS, and those on which the two sides differ.

    The calculator counts 0 segments for no text, segcore 1; that is no difference here.

    Args:
        peer: The calculator.
        texts: The texts.
        batch: How many texts are handed to the calculator at a time.
    """
    routes = [Segmenter(name) for name in ("rcs_us", "rcs")]
    number, different = 0, []
    while part := list(islice(texts, batch)):
        number += len(part)
        batches = [route.analyze_bulk(part) for route in routes]
        ours = zip(
            *(zip(each.encodings, each.units, each.segments, strict=True) for each in batches), strict=True
        )
        for text, answers, counted in zip(part, peer.ask("rcs", part), ours, strict=True):
            for route, (encoding, octets, segments, kind), found in zip(
                routes, answers, counted, strict=True
            ):
                known = route.profile.octets
                its = encoding, octets, segments or (not text and route.count_segments(text)), kind
                if its != (*found, known and known.kind(found[1])) and text not in different:
                    different.append(text)
    return number, different


def _totals(results: list[Result]) -> Iterator[str]:
    yield "| Smart encoding | Texts | GSM-7 | Segments | Agree | Differ | Unexplained |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for result in results:
        agree = result.texts - len(result.differences)
        share = f"{100 * agree / result.texts:.3f} %" if result.texts else "-"
        switch = "on" if result.smart else "off"
        numbers = " | ".join(f"{number:,}" for number in (result.texts, result.gsm7, result.segments))
        differ = f"{len(result.differences):,} | {len(result.unexplained):,}"
        yield f"| {switch} | {numbers} | {share} | {differ} |"


def _example(differences: list[Difference], reason: str) -> str:
    """Return the shortest text that differs for this reason alone, with both counts."""
    alone = [each for each in differences if each.reasons == {reason}]
    if not alone:
        return ""
    each = min(alone, key=lambda each: len(each.text))
    return f"{len(each.text)} code points: {each.calculator.segments}, segcore {each.segcore.segments}"


def _reasons(results: list[Result]) -> Iterator[str]:
    yield "| Reason | What the calculator does | Off | On | Shortest text, and its count |"
    yield "| --- | --- | ---: | ---: | --- |"
    counts = [Counter(why for each in result.differences for why in each.reasons) for result in results]
    everything = [each for result in results for each in result.differences]
    for reason, what in EXPLANATIONS.items():
        numbers = " | ".join(f"{count[reason]:,}" for count in counts)
        yield f"| {reason} | {what} | {numbers} | {_example(everything, reason)} |"


def report(results: list[Result], peer: NodePeer, arguments: list[str]) -> Iterator[str]:
    """Yield the lines of the report, in Markdown."""
    versions = peer.ask("versions")[0]
    yield "```console"
    yield f"$ {shlex.join(['python', '-m', 'tools.twilio_calculator', *arguments])}"
    yield "```"
    yield ""
    yield f"- {datetime.now(timezone.utc):%Y-%m-%d}"
    yield f"- segcore {segcore.__version__}, {segcore.implementation}, clusters of Unicode {UNICODE_VERSION}"
    for name in (node_peer.NAME, "grapheme-splitter"):
        yield f"- {name} {versions[name]}"
    yield f"- Node {versions['node']}, whose ICU {versions['icu']} has Unicode {versions['unicode']}"
    yield f"- regex {version('regex')}"
    yield ""
    yield from _totals(results)
    yield ""
    yield "A text may differ for several reasons, and is then in several rows."
    yield ""
    yield from _reasons(results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.twilio_calculator",
        description="Compare segcore with Twilio's calculator, and explain each difference.",
        allow_abbrev=False,
    )
    parser.add_argument("--texts", type=int, default=200_000, help="how many, each with and without (200000)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"which texts ({SEED})")
    parser.add_argument("--rcs", action="store_true", help="compare counts of RCS instead")
    parser.add_argument("--write", metavar="FILE", help="put the report between its markers in a document")
    return parser


def main(arguments: list[str]) -> int:
    """Compare, show, and return 1 if a difference is unexplained."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        peer = node_peer.load()
        if options.write:
            insert(Path(options.write), "comparison", None)
    except (ImportError, OSError, ValueError) as error:
        parser.error(str(error))
    if options.rcs:
        number, different = compare_rcs(peer, corpus(options.texts, options.seed))
        print(f"RCS: {number:,} texts, to the US and elsewhere: {len(different):,} differ ({peer.version})")
        print("".join(f"{json.dumps(text)}\n" for text in different[:20]), end="", file=sys.stderr)
        return 1 if different else 0
    results = [compare(peer, corpus(options.texts, options.seed), smart) for smart in (False, True)]
    lines = list(report(results, peer, arguments))
    if options.write:
        insert(Path(options.write), "comparison", lines)
    else:
        print("\n".join(lines))
    left = [each for result in results for each in result.unexplained]
    for each in left[:20]:
        print(f"unexplained: {json.dumps(each.text)}\n  {each.segcore}\n  {each.calculator}", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
