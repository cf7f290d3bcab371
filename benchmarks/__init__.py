"""What the product must reach at a million customers, measured on real processes over loopback.

``make bench`` builds the data once (in ``VINLOOP_BENCH_HOME``, by default a folder of the temporary directory), then
measures and prints JSON. Times on shared machines are noisy: figures are medians of several runs, and ratios compare
requests that were interleaved in the same run.
"""
