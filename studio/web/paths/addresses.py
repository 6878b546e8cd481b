"""Where paths, rules and forms are found in the studio."""

from hashlib import sha256

from studio.web.routing import url

KINDS = ("rules", "stories", "forms")


def path_url(folder: str, kind: str, name: str, **query: object) -> str:
    """The page of one of them."""
    return url(f"/paths/{folder}/{kind}/{key_of(name)}", **query)


def key_of(name: str) -> str:
    """Names are sentences of any signs; an address has a short word for each."""
    return sha256(name.encode()).hexdigest()[:12]
