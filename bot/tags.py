"""Language tags: the base of one, and the best of ours for what a browser asks for."""


def preferred_language(accept_language: str, languages: tuple[str, ...]) -> str:
    """The best of `languages` for an Accept-Language header (RFC 9110, section 12.5.4); the first if none fits."""
    wishes: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, weight = part.partition(";q=")
        try:
            wishes.append((float(weight or 1), base_language(tag)))
        except ValueError:
            continue
    wishes.sort(key=lambda wish: -wish[0])
    return next((tag for weight, tag in wishes if weight > 0 and tag in languages), languages[0])


def base_language(tag: str) -> str:
    """The language of a tag without its region: "es" of "es-MX" (RFC 5646)."""
    return tag.strip().replace("_", "-").split("-")[0].lower()
