"""Vinloop: one customer, one car, one closed loop.

The package is a house with floors: a module may import the modules below it and never the reverse
(``[tool.importlinter]`` in pyproject.toml holds them). ``site`` composes everything; ``kernel`` carries it.
"""
