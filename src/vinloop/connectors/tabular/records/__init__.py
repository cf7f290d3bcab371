"""Files of customer records: what dealers' systems, old call centres, shops and clubs export, row by row.

This room looks a file through once (format, encoding, columns, how many rows), then hands its rows on one after the
other, so that a million of them need no more memory than a hundred; it shows what a row would be understood as, and
drives an import from upload, folder, API or command line. It owns the formats beyond tables (vCard, JSON lines) and
the progress of a run. It must not decide what a value means or whether two rows are one person: that is the customers
room's, which takes the rows in.
"""
