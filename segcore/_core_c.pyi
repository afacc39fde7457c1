# The extension has the interface of the readable implementation to the letter; a test compares them.
from segcore._core_py import SegmentCounter as SegmentCounter

IMPLEMENTATION: str
KERNELS: tuple[str, ...]
