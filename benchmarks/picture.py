"""The picture: how long counting a message takes, beside other packages, drawn as SVG from measured times."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from textwrap import wrap

from benchmarks import corpora, node_peer, peers
from benchmarks.implementations import load
from benchmarks.interleaved import Sampler, Timed, interleave
from benchmarks.ratios import Settings, UnavailableError
from benchmarks.report import duration
from benchmarks.rows import installed
from segcore import bulk

CORPORA = {"ascii_typical": "ASCII", "mixed": "mixed"}


@dataclass(frozen=True)
class Contender:
    """A line of the picture.

    Args:
        name: Whose times they are.
        seconds: Fastest sample per message, for each of `CORPORA`; none where it was not measured.
        why_not: Why there are none.
    """

    name: str
    seconds: dict[str, float]
    why_not: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the fields under their names."""
        return asdict(self)


# --- Measuring -----------------------------------------------------------------------------------------


Prepare = Callable[[Settings, str], Sampler]


def _segcore(name: str, column: bool, settings: Settings, corpus: str) -> Sampler:
    counter, texts = load(name).counter, corpora.corpus(corpus, settings.messages).texts
    source = installed("pyarrow").array(texts) if column else texts
    count = partial(bulk.count_segments, counter, source, None, 1)
    if list(count()) != corpora.corpus(corpus, settings.messages).expected:
        raise AssertionError(f"{name} and the reference disagree on {corpus}")
    return Timed(count, len(texts))


def _len(settings: Settings, corpus: str) -> Sampler:
    texts = corpora.corpus(corpus, settings.messages).texts
    return Timed(lambda: [len(t) for t in texts], len(texts))


def _peer(name: str, settings: Settings, corpus: str) -> Sampler:
    peer, texts = peers.load(name), corpora.corpus(corpus, settings.few).texts
    return Timed(lambda: peer.count_all(texts), len(texts))


def _npm(settings: Settings, corpus: str) -> Sampler:
    peer, texts = node_peer.load(), corpora.corpus(corpus, settings.fewer).texts
    return lambda: peer.count_all(texts, settings.seconds / 4).seconds


_CONTENDERS: dict[str, Prepare] = {
    "segcore, Arrow column": partial(_segcore, "native", True),
    "segcore, list of str": partial(_segcore, "native", False),
    "segcore, pure Python": partial(_segcore, "python", False),
    "only len(text), no count": _len,
    **{name: partial(_peer, name) for name in peers.NAMES},
    "Twilio's calculator (npm)": _npm,
}


def measure(settings: Settings) -> Iterator[Contender]:
    """Time all contenders in turns, corpus by corpus."""
    samplers: dict[str, dict[str, Sampler]] = {}
    reasons: dict[str, str] = {}
    for name, prepare in _CONTENDERS.items():
        try:
            samplers[name] = {corpus: prepare(settings, corpus) for corpus in CORPORA}
        except (ImportError, UnavailableError) as error:
            reasons[name] = str(error)
    found: dict[str, dict[str, float]] = {name: {} for name in _CONTENDERS}
    for corpus in CORPORA:
        turns = [by_corpus[corpus] for by_corpus in samplers.values()]
        taken = interleave(turns, settings.seconds * len(turns), settings.fewest)
        for name, samples in zip(samplers, taken, strict=True):
            found[name][corpus] = samples.fastest
    for name, seconds in found.items():
        yield Contender(name, seconds, reasons.get(name, ""))


# --- Drawing -------------------------------------------------------------------------------------------

_WIDTH, _LEFT, _RIGHT, _TOP, _STEP = 760, 216, 576, 84, 28
_COLUMNS = (656, 744)
_RING = 6

_STYLE = """
text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.h{font-size:17px;font-weight:600}.s{font-size:12px;fill:#59636e}.c{font-size:11px;fill:#59636e}
.e{text-anchor:end}.m{text-anchor:middle}.o{font-weight:600}
.g{stroke:#d1d9e0;stroke-width:1}.l{stroke:#9aa4ae;stroke-width:2}
.d{fill:#6e7781}.r{fill:none;stroke:#6e7781;stroke-width:2}
.u .d{fill:#0969da}.u .l,.u .r{stroke:#0969da}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s,.c{fill:#9198a1}.g{stroke:#3d444d}.l{stroke:#656c76}
.d{fill:#9198a1}.r{stroke:#9198a1}.u .d{fill:#4493f8}.u .l,.u .r{stroke:#4493f8}}
"""


def _order(contender: Contender) -> float:
    return min(contender.seconds.values(), default=math.inf)


def draw(about: dict[str, str], contenders: Sequence[Contender]) -> str:
    """Return the picture; on the axis, each line is ten times as long as the one before."""
    ordered = sorted(contenders, key=_order)
    times = [seconds for one in ordered for seconds in one.seconds.values()] or [1e-9, 1e-6]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    scale = (_RIGHT - _LEFT) / max(high - low, 1)

    def x(seconds: float) -> float:
        return round(_LEFT + (math.log10(seconds) - low) * scale, 1)

    bottom = _TOP + _STEP * len(ordered)
    captions = _captions(about)
    height = bottom + 38 + 16 * len(captions)
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    explained = "60 to 140 code points each; each line of the logarithmic axis is ten times the one before"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">',
        '<title id="t">Time to count the segments of one message</title>',
        f'<desc id="d">{escape(_description(ordered))}</desc>',
        f"<style>{_STYLE}</style>",
        '<text class="h" x="16" y="28">Time to count the segments of one message</text>',
        f'<text class="s" x="16" y="48">{explained}</text>',
    ]
    for power in range(low, high + 1):
        at = x(10.0**power)
        lines.append(f'<path class="g" d="M{at} {_TOP - 4}V{bottom}"/>')
        label = duration(10.0**power).replace(".00", "").replace(".0", "")
        lines.append(f'<text class="s m" x="{at}" y="{bottom + 16}">{label}</text>')
    for column, (corpus, label) in zip(_COLUMNS, CORPORA.items(), strict=True):
        lines.append(f'<g class="u">{_mark(corpus, column - 54, _TOP - 17)}</g>')
        lines.append(f'<text class="s e" x="{column}" y="{_TOP - 13}">{label}</text>')
    for index, contender in enumerate(ordered):
        lines.extend(_line(contender, _TOP + _STEP * index + _STEP // 2, x))
    for index, caption in enumerate(captions):
        lines.append(f'<text class="c" x="16" y="{bottom + 42 + 16 * index}">{escape(caption)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _line(contender: Contender, y: int, x: Callable[[float], float]) -> Iterator[str]:
    style, text = ("u", "o e") if contender.name.startswith("segcore") else ("p", "e")
    yield f'<g class="{style}">'
    yield f'<text class="{text}" x="{_LEFT - 14}" y="{y + 5}">{escape(contender.name)}</text>'
    if contender.seconds:
        dot, ring = (x(contender.seconds[corpus]) for corpus in CORPORA)
        if abs(ring - dot) > _RING:
            yield f'<path class="l" d="M{dot} {y}H{ring - math.copysign(_RING, ring - dot):.1f}"/>'
        for column, (corpus, seconds) in zip(_COLUMNS, contender.seconds.items(), strict=True):
            yield _mark(corpus, x(seconds), y)
            yield f'<text class="{text}" x="{column}" y="{y + 5}">{duration(seconds)}</text>'
    else:
        why_not = escape(contender.why_not[:60])
        yield f'<text class="s" x="{_LEFT + 8}" y="{y + 4}">not measured: {why_not}</text>'
    yield "</g>"


def _mark(corpus: str, x: float, y: int) -> str:
    style, radius = ("r", _RING) if corpus == "mixed" else ("d", 4)
    return f'<circle class="{style}" cx="{x}" cy="{y}" r="{radius}"/>'


def _description(contenders: Sequence[Contender]) -> str:
    said = []
    for one in contenders:
        times = ", ".join(f"{duration(seconds)} {CORPORA[name]}" for name, seconds in one.seconds.items())
        said.append(f"{one.name}: {times or 'not measured'}")
    return "; ".join(said) + "."


def _captions(about: dict[str, str]) -> list[str]:
    used = (*peers.NAMES, node_peer.NAME, "pyarrow")
    versions = [one for one in about["versions"].split(", ") if one.split()[0] in used]
    machine = (about["CPU"], about["Python"].split(",")[0], f"segcore {about['segcore']}", *versions)
    measured = "Fastest samples, one thread each; mixed: 70 % GSM-7, else curly quotes, emoji and Cyrillic."
    return wrap(f"{measured} {', '.join(machine)}; {about['date'].split()[0]}.", 125)
