"""Live updates: tells open screens that something happened, so that they fetch the piece again.

It owns the one connection per process that listens to PostgreSQL's NOTIFY, and the server-sent event streams
beside it. A stream carries the kind and the reference of a fact and nothing else, and only of organisations its
reader sees. It reads no business table and must never hold a database connection while a stream is open.
"""
