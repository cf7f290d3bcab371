"""One spelling per thing: what a source wrote about a person or firm, made comparable.

Pure functions: names, addresses, identity numbers, companies and whole records. Nothing here reads the database,
and nothing throws input away: what cannot be read stays in the source record and is flagged.
"""
