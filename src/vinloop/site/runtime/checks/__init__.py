"""What `vinloop doctor` looks at.

Each check reads and never changes anything, and ends in findings that say what to do. It must not need a running
product: a broken one is what it is for.
"""

from vinloop.site.runtime.checks.examine import examine
from vinloop.site.runtime.checks.finding import Finding, Level

__all__ = ["Finding", "Level", "examine"]
