"""The process's limit of open file descriptors."""

import resource

RESERVED_DESCRIPTORS = 128
"""Kept back from sockets for the database, log files, child processes and the loop itself."""


def raise_descriptor_limit(wanted: int = 65_536) -> int:
    """Raises the soft limit as far as the hard limit and `wanted` allow; never lowers it.

    Returns:
        The soft limit now in force.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        soft = target
    return wanted if soft == resource.RLIM_INFINITY else soft


def socket_allowance(wanted: int) -> int:
    """How many of `wanted` sockets fit under the limit in force, the reserve kept back."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, soft - RESERVED_DESCRIPTORS))
