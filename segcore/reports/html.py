"""An estimate as one page of HTML that needs nothing else: no script, no font, no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timezone
from functools import partial
from itertools import groupby, repeat
from typing import TYPE_CHECKING, NamedTuple

from segcore._version import __version__
from segcore.analysis import Analysis, Segment
from segcore.cost import EstimatePart, Offender, Replacement
from segcore.cost.frame_counting import Messages
from segcore.engine.chooser import RUNNING
from segcore.rates import share
from segcore.reports import counted, glyph, label, visible
from segcore.reports.report import (
    Report,
    aligned,
    country_name,
    glossary,
    helpful,
    kinds_of,
    most_expensive_first,
    notes_of,
    savings_sentence,
    scripts_sentences,
    unpriced_messages,
    with_currency,
)
from segcore.rules.codings import UNIT_NAMES, Encoding
from segcore.sources.files import MessageFile
from segcore.sources.frames import PlainFrame

if TYPE_CHECKING:
    import jinja2

    from segcore.cost.estimate import Estimate
    from segcore.sources.frames import Frame

MOST_SEGMENTS = 32
"""The longest message to keep as a sample, so that memory is bounded."""

_MOST_COLUMNS = 12
_MOST_ROWS = 250
_MOST_SAMPLES = 6

# Rows of a long table that are shown at once; the rest is folded.
_SHOWN = 15

# The size of the histogram, in the units of its view box.
_HEIGHT = 150
_WIDTH = 440

Kind = tuple[str, int]
"""The encoding, and how many segments."""


def html_page(report: Report, texts: Mapping[Kind, str], day: date) -> str:
    """Return a report as a page of HTML, with messages to show by encoding and number of segments.

    The page can be encoded in UTF-8, whatever the data.
    """
    estimate = report.estimate
    totals, savings, characters = estimate.totals, report.savings, report.characters
    notes = notes_of(report)
    cost = estimate.cost
    if report.is_priced and cost.total is None:
        listed = counted(cost.unpriced_segments, "SMS segment"), f"{cost.unpriced_mms:,} MMS"
        notes.append(f"Without a price: {' and '.join(each for each in listed if each[:2] != '0 ')}.")
    return (
        _environment(report)
        .get_template("report.html")
        .render(
            all_characters=len(characters.listed),
            characters=_with_costs(characters.listed[:_MOST_ROWS]),
            columns=_histogram(estimate),
            cost=cost,
            countries=_parts(estimate.by("country"), report),
            group_title=" and ".join(estimate.group_by),
            groups=_parts(estimate.groups, report) if estimate.group_by else None,
            how=_how(report, day),
            kinds=_kinds(estimate),
            known=report.estimate.cost.priced,
            most_segments=MOST_SEGMENTS,
            notes=notes,
            replacements=_with_costs(helpful(savings)),
            report=report,
            samples=_samples(estimate, texts),
            savings=savings,
            savings_sentence=savings_sentence(report),
            scripts=scripts_sentences(report),
            terms=glossary(report),
            title=report.title,
            totals=totals,
            unpriced=unpriced_messages(report),
            version=__version__,
        )
    )


def page_of(estimate: Estimate) -> str:
    """Return an estimate as a page of HTML, without sample messages, which an estimate does not keep."""
    return html_page(Report.of(estimate), {}, datetime.now(timezone.utc).date())


def _environment(report: Report) -> jinja2.Environment:
    """Return the environment of the page, which escapes invisible characters and then markup."""
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError as error:
        raise ImportError("the page needs Jinja2: pip install jinja2", name=error.name) from error

    def shown(value: object) -> object:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    # A browser may end a line after the hyphen of UCS-2, and before the sign of a currency.
    amount = re.escape(with_currency("#", report.estimate.cost.currency)).replace(r"\#", r"[\d,.]*\d")
    whole = re.compile(rf"([A-Z]+-\d|{amount})")

    def unbroken(text: str) -> Markup:
        parts = whole.split(visible(text))
        parts[1::2] = [Markup('<span class="unbroken">{}</span>').format(part) for part in parts[1::2]]
        return Markup("").join(parts)

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("segcore", "reports"),
        autoescape=True,
        finalize=shown,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    totals, currency = report.estimate.totals, report.estimate.cost.currency
    # Where octets are counted, the classes take the colors of the encodings.
    classes = dict(zip([kind.name for kind in kinds_of(report.estimate)], ("gsm7", "ucs2"), strict=False))
    classes["MMS"] = "mms"
    environment.filters.update(
        css_class=lambda kind: classes.get(kind, ""),
        currency=lambda amount: with_currency(f"{amount:,f}", currency),
        folded=lambda rows: [part for part in (rows[:_SHOWN], rows[_SHOWN:]) if part],
        label=lambda point: label(ord(point) if isinstance(point, str) else point),
        lines=lambda run: run.split("\n"),
        lone_glyph=lambda text: glyph(text) if visible(text) == text else "",
        names=_names,
        number="{:,}".format,
        runs=_runs,
        share=lambda part: share(part, totals.messages),
        unbroken=unbroken,
        units=UNIT_NAMES.__getitem__,
    )
    return environment


class _Parts(NamedTuple):
    """Rows of a table of parts, each with its cost and the width of its bar in percent."""

    measure: str
    rows: list[tuple[EstimatePart, str | None, float]]
    total: int


def _parts(parts: Sequence[EstimatePart], report: Report) -> _Parts:
    by_cost = report.is_priced and all(part.cost is not None for part in parts)
    parts = most_expensive_first(parts)
    if not by_cost:
        # In the order of the bars.
        parts.sort(key=lambda part: -part.segments)
    sizes = [float(part.cost or 0) if by_cost else float(part.segments) for part in parts]
    widths = [100 * size / (sum(sizes) or 1) for size in sizes[:_MOST_ROWS]]
    listed = parts[:_MOST_ROWS]
    rows = zip(listed, aligned(part.cost for part in listed), widths, strict=True)
    return _Parts("cost" if by_cost else "segments", [*rows], len(parts))


def _names(part: EstimatePart) -> list[object]:
    if tuple(part.key) == ("country",):
        return [country_name(str(part.key["country"]))]
    return [*part.key.values()]


def _kinds(estimate: Estimate) -> list[dict[str, object]]:
    """Return the rows of the table of encodings, with the place of each in the bar above it."""
    found: list[dict[str, object]] = []
    left, whole = 0, estimate.totals.messages or 1
    kinds = kinds_of(estimate)
    costs = aligned(None if part is None else part.cost for *_, part in kinds)
    for (name, messages, segments, part), cost in zip(kinds, costs, strict=True):
        x, width = round(100 * left / whole, 2), round(100 * messages / whole, 2)
        row = {"name": name, "messages": messages, "segments": segments, "part": part, "cost": cost}
        found.append({**row, "x": x, "width": width})
        left += messages
    return found


def _histogram(estimate: Estimate) -> list[dict[str, object]]:
    """Return the columns of the chart of SMS by segments: GSM-7 below, UCS-2 on it; or the first class of
    messages and the second."""
    counts: dict[int, list[int]] = {}
    second = kinds_of(estimate)[1].name
    for part in estimate.by("kind", "encoding", "segments"):
        if part.key["kind"] != "MMS":
            column = counts.setdefault(min(int(str(part.key["segments"])), _MOST_COLUMNS), [0, 0])
            column[part.key["kind"] == second or part.key["encoding"] is Encoding.UCS2] += part.messages
    last, most = max(counts, default=0), max(map(sum, counts.values()), default=0)
    step, found = _WIDTH / max(last, 4), []
    for segments in range(1, last + 1):
        numbers, bars, top = counts.get(segments, [0, 0]), [], _HEIGHT + 18.0
        for kind, number in zip(("gsm7", "ucs2"), numbers, strict=True):
            if number:
                # A column that is not empty can be seen.
                height = max(1.5, _HEIGHT * number / most)
                top -= height
                bars.append((kind, round(top, 1), round(height, 1)))
        x, name = (segments - 1) * step, f"{segments}{'+' * (segments == _MOST_COLUMNS)}"
        found.append(
            {
                "name": name,
                "gsm7": numbers[0],
                "ucs2": numbers[1],
                "bars": bars,
                "x": round(x + step * 0.14, 1),
                "width": round(step * 0.72, 1),
                "middle": round(x + step / 2, 1),
                "top": round(top - 5, 1),
            }
        )
    return found


def _with_costs(points: Sequence[Offender | Replacement]) -> list[tuple[Offender | Replacement, str | None]]:
    return [*zip(points, aligned(each.cost for each in points), strict=True)]


def _samples(estimate: Estimate, texts: Mapping[Kind, str]) -> list[tuple[EstimatePart, Analysis]]:
    """Return a message of each of the most expensive kinds, where one was kept."""
    found = []
    for part in most_expensive_first(estimate.by("kind", "encoding", "segments")):
        encoding = part.key["encoding"]
        kind = str(getattr(encoding, "value", encoding)), int(str(part.key["segments"]))
        if part.key["kind"] != "MMS" and kind in texts:
            found.append((part, estimate.segmenter.analyze(texts[kind])))
    return found[:_MOST_SAMPLES]


def _runs(segment: Segment, analysis: Analysis) -> list[tuple[bool, str]]:
    """Return the text of a segment in runs, each with whether it forces UCS-2."""
    unencodable = {each.index for each in analysis.non_gsm}
    runs = groupby(enumerate(segment.text, segment.start), lambda each: each[0] in unencodable)
    return [(is_foreign, "".join(point for _, point in run)) for is_foreign, run in runs]


def _how(report: Report, day: date) -> list[tuple[str, str]]:
    profile = report.estimate.segmenter.profile
    used = [f"{role}: {name}" for role, name in report.used_columns.items()]
    smart = f", smart encoding by {profile.smart_encoding_name}" if profile.smart_encoding_name else ""
    return [
        *(
            (name, said)
            for name, said in (("Files", ", ".join(report.files)), ("Columns", "; ".join(used)))
            if said
        ),
        ("Profile", f"{profile.name} ({profile.title}){smart}"),
        ("Counted by", f"segcore {__version__}, {RUNNING}"),
        ("Date", day.isoformat()),
    ]


class Samples:
    """Keeps one SMS of each encoding and number of segments of the frames that are counted."""

    def __init__(self) -> None:
        self._texts: dict[Kind, str] = {}

    @property
    def texts(self) -> Mapping[Kind, str]:
        """The texts that were kept: the first one by encoding and segments."""
        return self._texts

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: Frame, messages: Messages, /
    ) -> Callable[[], None]:
        """Find the first message of each kind in a frame, and return the step that keeps it."""
        if isinstance(frame, PlainFrame):
            return partial(self._keep, _first_of_each_kind(estimate, messages))
        import polars as pl

        kinds = messages.measured(estimate).with_row_index()
        short = kinds.filter(pl.col("sms") & (pl.col("segments") <= MOST_SEGMENTS))
        first = short.unique(["encoding", "segments"], keep="first", maintain_order=True)
        found = {
            (str(encoding), segments): messages.texts[index]
            for index, encoding, segments in first.select("index", "encoding", "segments").iter_rows()
        }
        return partial(self._keep, found)

    def _keep(self, found: Mapping[Kind, str]) -> None:
        self._texts = {**found, **self._texts}


def _first_of_each_kind(estimate: Estimate, messages: Messages) -> dict[Kind, str]:
    """Return the first SMS of each encoding and number of segments, of messages without polars."""
    found: dict[Kind, str] = {}
    flags = repeat(False) if messages.is_mms is None else messages.is_mms
    for text, is_mms, destination in zip(messages.texts, flags, messages.destinations, strict=False):
        if text is None or is_mms:
            continue
        is_elsewhere = estimate.elsewhere is not None and estimate.is_elsewhere(destination)
        segmenter = (estimate.elsewhere if is_elsewhere else None) or estimate.segmenter
        encoding, _, segments = segmenter.measure(text)
        if segments <= MOST_SEGMENTS:
            found.setdefault((str(encoding), segments), text)
    return found
