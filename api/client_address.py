"""Whom a request comes from. What a proxy says of it is believed from proxies that the settings name, and goes into the
log; no link is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]

FORWARDED_FOR = re.compile(r'(?:^|[;,])\s*for\s*=\s*("(?:[^"\\]|\\.)*"|[^;,\s]*)', re.IGNORECASE)
WITH_PORT = re.compile(r"\[([^\]]+)\](?::\S*)?|([0-9]+(?:\.[0-9]+){3}):\S*", re.ASCII)
LONGEST_HEADER = 2048  # characters, from the right: what a client wrote itself stands on the left


def client_address(environ: dict[str, Any], trusted: Networks) -> str:
    """The address of whoever called the first proxy that is trusted, else of whoever called us.

    Where `X-Forwarded-For` and `Forwarded` tell of different clients, one of them was passed on unread: neither counts.
    """
    peer: str = environ.get("REMOTE_ADDR", "")
    if not trusted:
        return peer
    told = [environ.get(name, "")[-LONGEST_HEADER:] for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED")]
    return _behind(peer, *told, trusted)


@lru_cache(maxsize=1024)
def _behind(peer: str, listed: str, forwarded: str, trusted: Networks) -> str:
    chains = [chain for chain in (listed.split(",") if listed else [], list(_forwarded_for(forwarded))) if chain]
    clients = {_first_untrusted([*chain, peer], trusted) for chain in chains}
    return clients.pop() if len(clients) == 1 else peer


def _forwarded_for(header: str) -> Iterator[str]:
    """RFC 7239: `for=192.0.2.1;proto=https, for="[2001:db8::1]:80"`."""
    return (found.strip('"') for found in FORWARDED_FOR.findall(header))


def _first_untrusted(chain: Sequence[str], trusted: Networks) -> str:
    """From the right, since each proxy adds its caller there. What cannot be read ends it: its teller is the last."""
    last = chain[-1]
    for hop in reversed(chain):
        address = _read(hop)
        if address is None:
            return last
        last = str(address)
        if not any(address in network for network in trusted):
            return last
    return last


def _read(text: str) -> Address | None:
    """An address, with or without a port; one of IPv4 that is written as one of IPv6 is one of IPv4."""
    found = WITH_PORT.fullmatch(text.strip())
    try:
        address = ip_address((found[1] or found[2]) if found else text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.scope_id is not None:  # of any characters
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
