"""Settings of the embedded PostgreSQL, by the memory there is; the product itself needs its share."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

MIB = 1024 * 1024
CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
SMALL_SHARED_MEMORY = 512 * MIB


def memory_bytes() -> int:
    """Main memory this process may use: the machine's, or the container's when that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [machine]
    for name in CGROUP_LIMITS:
        with suppress(OSError, ValueError):
            limits.append(int(Path(name).read_text()))
    return min(limits)


def server_settings(memory: int) -> dict[str, str]:
    """Settings for a server that may use about a quarter of `memory` bytes."""
    total = memory // MIB
    return {
        "shared_buffers": f"{min(max(total // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(total // 2, 256)}MB",
        "work_mem": "16MB" if total > 4096 else "8MB",
        "maintenance_work_mem": f"{min(max(total // 32, 64), 512)}MB",
        "max_connections": "100",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
        # Compiling a plan costs more than any of our short queries takes.
        "jit": "off",
        # Queues are updated in place all day: clean them up before they swell.
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "autovacuum_naptime": "15s",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "listen_addresses": "''",
        # A failed statement carries names and numbers of people: say what went wrong, not with which values.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
        "log_line_prefix": "'%m [%p] '",
    }


def settings_text(sockets: Path, *, durable: bool = True) -> str:
    """The file `vinloop.conf`; what an operator sets with ALTER SYSTEM is read later and wins."""
    settings = server_settings(memory_bytes())
    settings["unix_socket_directories"] = "'" + str(sockets).replace("'", "''") + "'"
    with suppress(OSError):
        if shutil.disk_usage("/dev/shm").total < SMALL_SHARED_MEMORY:  # noqa: S108 - asked for its size only
            settings["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "# Written by vinloop at every start; use ALTER SYSTEM for your own settings.\n" + "\n".join(lines) + "\n"
