"""The start: `kollega`, or `python -m bot`."""

import gc
import sys


def entry() -> None:
    """What is loaded now stays: looking for garbage among it took an eighth of the start."""
    gc.disable()
    from bot.command_line import main

    gc.freeze()
    gc.enable()
    sys.exit(main())


if __name__ == "__main__":
    entry()
