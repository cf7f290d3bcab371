"""Who may do what, and which rows they see.

``permissions`` declares what can be done, ``actor`` says who is acting, ``scope`` puts PostgreSQL's row-level
security in force for a block, and ``gate`` is how a screen obtains its actor.
"""

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.access.permissions import declare_permissions, permission_label
from vinloop.kernel.access.scope import acting, elevated

__all__ = ["Actor", "NotAllowed", "acting", "declare_permissions", "elevated", "permission_label"]
