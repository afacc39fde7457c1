"""Messages to show: of each kind the first one in the order of the files, so that batches do not matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from segcore.cost.frame_counting import Messages, as_series
from segcore.sources.files import MessageFile

if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.estimate import Estimate

MOST_SEGMENTS = 32
"""No longer message is kept, so that what is kept is bounded."""

Kind = tuple[str, int]
"""The encoding, and how many segments."""


class Samples:
    """Takes frames that have been counted, and keeps one SMS of each encoding and number of segments."""

    def __init__(self) -> None:
        self._texts: dict[Kind, str] = {}

    @property
    def texts(self) -> Mapping[Kind, str]:
        """What was kept: by encoding and segments, the first text."""
        return self._texts

    def restart(self) -> None:
        """Forget what was kept, because all must be read again."""
        self._texts = {}

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: pl.DataFrame, messages: Messages, /
    ) -> None:
        """Take a frame.

        Args:
            estimate: What it was added to.
            file: Where it is from.
            frame: Its rows.
            messages: What was found out about them.
        """
        import polars as pl

        is_mms = pl.Series(messages.mms or bytes(len(messages.texts)), dtype=pl.UInt8) == 1
        batch = estimate.segmenter.analyze_bulk(messages.texts, mms=is_mms)
        kinds = pl.DataFrame(
            {
                "encoding": as_series(batch.encodings).cast(pl.String),
                "segments": as_series(batch.segments),
                "sms": ~is_mms & messages.texts.is_not_null(),
            }
        ).with_row_index()
        short = kinds.filter(pl.col("sms") & (pl.col("segments") <= MOST_SEGMENTS))
        first = short.unique(["encoding", "segments"], keep="first", maintain_order=True)
        for index, encoding, segments in first.select("index", "encoding", "segments").iter_rows():
            self._texts.setdefault((encoding, segments), messages.texts[index])
