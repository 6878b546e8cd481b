"""Takes personal data out of what people write, before it is kept for anybody to read."""

from bot.privacy.masking import mask

__all__ = ["mask"]
