"""Chooses the implementation; no other module knows that there are two.

``SEGCORE_IMPLEMENTATION``: unset takes ``native`` if it was built and ``python`` otherwise;
``native`` or ``python`` forces one.  ``SEGCORE_KERNEL`` forces a kernel of the native one.
"""

from __future__ import annotations

import os

from segcore._errors import unknown

TYPE_CHECKING = False

_KNOWN = ("native", "python")

_wish = os.environ.get("SEGCORE_IMPLEMENTATION", "")
if _wish and _wish not in _KNOWN:
    raise unknown("SEGCORE_IMPLEMENTATION", _wish, _KNOWN)

if TYPE_CHECKING or _wish == "python":
    from segcore.engine import python as _chosen
else:
    try:
        import segcore.engine.native.binding as _chosen
    except ImportError as error:
        if _wish == "native":
            raise ImportError(
                "SEGCORE_IMPLEMENTATION=native, but the compiled extension cannot be imported "
                f"({error}); reinstall with SEGCORE_BUILD_EXTENSION=yes to see why it is not built"
            ) from error
        if not isinstance(error, ModuleNotFoundError):
            # It is there: built for another Python, say, or this is a sub-interpreter, which it cannot serve.
            import warnings

            warnings.warn(
                f"segcore's compiled extension cannot be imported ({error}): the pure-Python implementation "
                "runs instead, with the same answers, many times slower; "
                "set SEGCORE_IMPLEMENTATION=python to choose it without this warning",
                RuntimeWarning,
                stacklevel=2,
            )
        from segcore.engine import python as _chosen

IMPLEMENTATION = _chosen.IMPLEMENTATION
KERNELS = _chosen.KERNELS
DialPlan = _chosen.DialPlan
PrefixTable = _chosen.PrefixTable
SegmentCounter = _chosen.SegmentCounter
Tally = _chosen.Tally
arrow_array = _chosen.arrow_array
arrow_stream = _chosen.arrow_stream
cell_quotes = _chosen.cell_quotes
number_pairs = _chosen.number_pairs
read_booleans = _chosen.read_booleans
read_integers = _chosen.read_integers
sum_parts = _chosen.sum_parts

_wish = os.environ.get("SEGCORE_KERNEL", "")
if _wish and not KERNELS:
    raise ValueError(
        f"SEGCORE_KERNEL={_wish!r}: the {IMPLEMENTATION} implementation has no kernels; unset it"
    )
if _wish and _wish not in KERNELS:
    raise unknown("SEGCORE_KERNEL", _wish, KERNELS)

KERNEL = _wish or next(iter(KERNELS), "")
"""The kernel in use, the fastest that this machine can run; empty for the implementation without kernels."""

RUNNING = f"{IMPLEMENTATION} ({KERNEL})" if KERNEL else IMPLEMENTATION
"""The implementation in use and its kernel, as people read it."""
