"""Both implementations side by side in one process, which the package itself never needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from segcore._core_py import SegmentCounter
from segcore.codings import GSM7, UCS2

NAMES = {"native": "segcore._core_c", "python": "segcore._core_py"}

reference = SegmentCounter(GSM7, UCS2)
"""The readable implementation, one message at a time: what every other answer is compared with."""


@dataclass(frozen=True)
class Implementation:
    """One of the two, ready to count.

    Args:
        name: ``native`` or ``python``.
        label: What ``segcore.implementation`` says when it runs.
        counter: Its ``SegmentCounter`` for GSM-7 and UCS-2.
        kernels: The kernels it can be told to take.
        file: The file it came from.
    """

    name: str
    label: str
    counter: Any
    kernels: tuple[str, ...]
    file: str

    @property
    def kernel(self) -> str:
        """The kernel that runs, ``none`` in plain Python."""
        return kernel_of(self.label)


def kernel_of(label: str) -> str:
    """Return the kernel that a label such as ``native (avx2)`` names."""
    return label.partition("(")[2].rstrip(")") or "none"


@cache
def load(name: str) -> Implementation:
    """Return an implementation.

    Args:
        name: A key of `NAMES`.

    Raises:
        ImportError: It was not built.
    """
    module = import_module(NAMES[name])
    counter = module.SegmentCounter(GSM7, UCS2)
    return Implementation(name, module.IMPLEMENTATION, counter, tuple(module.KERNELS), str(module.__file__))
