"""How a command ends: its exit code, and one clear sentence where it could not do its work."""

import os
import sys
from collections.abc import Callable

from bot.errors import AssistantError


def ended(act: Callable[[], int], failed: int, *also: type[Exception]) -> int:
    """What `act` returns; `failed`, and the sentence, after an AssistantError or one of `also`."""
    expected: tuple[type[Exception], ...] = (AssistantError, *also)
    try:
        return act()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except expected as error:
        print(error, file=sys.stderr)
        return failed
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
