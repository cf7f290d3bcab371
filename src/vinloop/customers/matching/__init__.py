"""Which records are one customer: the model, its evidence, its vetoes and the clusters they lead to.

Splink finds the weights and scores everything (``batch``); the same levels and weights score one new record against a
few candidates in this process (``scoring``). Pure but for ``batch``, which owns DuckDB and Spark.
"""
