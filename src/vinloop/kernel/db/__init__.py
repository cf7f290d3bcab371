"""The PostgreSQL backend and the migration operations that put tables under row-level security."""
