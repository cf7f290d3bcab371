"""Administration: the screens and actions by which an installation is arranged to fit its network.

It owns the writes to organisations, calendars, settings and roles, and shows people, tokens, jobs, received documents
and the audit log. What is set here is data; which settings, permissions, jobs and channels exist is declared by the
rooms they belong to. It must not know what a setting or a job is for.
"""
