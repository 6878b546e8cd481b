"""Who is at the other end of a connection: the peer, or the person behind a trusted proxy."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from bot.errors import SettingError

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"
_LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))


def parse_networks(addresses: Iterable[str]) -> tuple[Network, ...]:
    """The trusted proxies. Raises SettingError for anything that is no address or network."""
    try:
        return tuple(ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise SettingError(f"TRUSTED_PROXIES: {error}. Use addresses such as 10.0.0.5 or 10.0.0.0/8.") from None


def behind(peer: str | None, forwarded: Iterable[str], trusted: tuple[Network, ...]) -> str:
    """Who to count: the peer, or the last address in X-Forwarded-For that is no trusted proxy; a /64 of IPv6."""
    address = plain(peer or "")
    hops = [hop.strip() for header in forwarded for hop in header.split(",")]
    while hops and _is_in(address, trusted):
        address = plain(hops.pop())
    return address


def is_loopback(peer: str | None) -> bool:
    """Whether the peer is this machine."""
    return _is_in(plain(peer or ""), _LOOPBACK)


def plain(text: str) -> str:
    """The address as it is counted; "unknown" for what is none."""
    try:
        address = ip_address(text.split("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        if not address.is_loopback:
            return str(IPv6Network((address, 64), strict=False).network_address)
    return str(address)


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    return address != UNKNOWN and any(ip_address(address) in network for network in networks)
