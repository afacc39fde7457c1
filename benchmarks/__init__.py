"""How fast segcore is, against what, and whether the answer was right.

``pytest benchmarks`` times every question; ``python -m benchmarks`` prints the table of ratios.
"""
