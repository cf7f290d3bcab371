"""Data quality: how complete, sound, single and fresh the source records are, and who could mend them.

Counts are made by day (``QualityDay``), at night and after every import, so that the board reads hundreds of rows and
not millions. Every count is the number of records with a *problem* (``problems``), and the same condition lists them.
The room counts and shows; what is wrong is mended in the source, or by people who decide about identity.
"""
