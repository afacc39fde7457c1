"""Both implementations side by side in one process, which the package itself never needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from segcore.engine.chooser import KERNEL
from segcore.engine.python import SegmentCounter
from segcore.rules.codings import GSM7, UCS2

NAMES = {"native": "segcore.engine.native.binding", "python": "segcore.engine.python"}

reference = SegmentCounter(GSM7, UCS2)
"""The readable implementation, one message at a time: what every other answer is compared with."""


@dataclass(frozen=True)
class Implementation:
    """One of the two, ready to count.

    Args:
        name: ``native`` or ``python``.
        kernel: The kernel that runs, ``none`` in plain Python.
        counter: Its ``SegmentCounter`` for GSM-7 and UCS-2.
        kernels: The kernels it can be told to take.
        file: The file it came from.
    """

    name: str
    kernel: str
    counter: Any
    kernels: tuple[str, ...]
    file: str

    @property
    def label(self) -> str:
        """What ``segcore.implementation`` says when it runs."""
        return f"{self.name} ({self.kernel})" if self.kernels else self.name


@cache
def load(name: str, kernel: str = "") -> Implementation:
    """Return an implementation.

    Args:
        name: A key of `NAMES`.
        kernel: One of its kernels, or empty for the one that ``import segcore`` takes.

    Raises:
        ImportError: It was not built.
    """
    module = import_module(NAMES[name])
    kernels = tuple(module.KERNELS)
    if kernels and not kernel:
        kernel = KERNEL or kernels[0]
    counter = module.SegmentCounter(GSM7, UCS2, kernel)
    return Implementation(name, kernel or "none", counter, kernels, str(module.__file__))
