# The extension has the interface of the readable implementation to the letter; a test compares them.
from segcore.engine.python import DialPlan as DialPlan
from segcore.engine.python import PrefixTable as PrefixTable
from segcore.engine.python import SegmentCounter as SegmentCounter
from segcore.engine.python import Tally as Tally
from segcore.engine.python import arrow_array as arrow_array
from segcore.engine.python import arrow_stream as arrow_stream
from segcore.engine.python import cell_quotes as cell_quotes
from segcore.engine.python import number_pairs as number_pairs
from segcore.engine.python import read_booleans as read_booleans
from segcore.engine.python import read_integers as read_integers
from segcore.engine.python import sum_parts as sum_parts

IMPLEMENTATION: str
KERNELS: tuple[str, ...]
