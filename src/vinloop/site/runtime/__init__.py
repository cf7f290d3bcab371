"""How a Vinloop installation comes to life and stays alive.

This room reads the configuration, keeps the embedded PostgreSQL, starts and watches the processes and stops
them again. It owns the data folder's layout. It must not know anything about leads, dealers or customers, and
its configuration must be readable before Django exists.
"""
