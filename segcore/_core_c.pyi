# The extension has the interface of the readable implementation to the letter; a test compares them.
from segcore._core_py import DialPlan as DialPlan
from segcore._core_py import PrefixTable as PrefixTable
from segcore._core_py import SegmentCounter as SegmentCounter
from segcore._core_py import Tally as Tally
from segcore._core_py import arrow_array as arrow_array
from segcore._core_py import number_pairs as number_pairs
from segcore._core_py import read_booleans as read_booleans

IMPLEMENTATION: str
KERNELS: tuple[str, ...]
