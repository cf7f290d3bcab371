"""People and programs: who they are, how they prove it, and which roles they have where.

It owns users, roles, memberships, API tokens, log-in (allauth behind our own pages), the second factor, the person's
own screens and which mails they turned off. Nobody can hand out more than they hold: every action compares what is
given with what the giver may do. It must not decide what a permission allows on a screen; that is the gate's work.
"""
