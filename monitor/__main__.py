"""Entry point of the command `monitor` and of `python -m monitor`."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress

from monitor.runtime import process_memory


def main() -> None:
    """Run the command line of this process, and exit with its code."""
    process_memory.postpone_collection()
    # Else pydantic reads the metadata of every installed distribution, for plugins of itself.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    codes: list[int] = []
    atexit.register(_exit_at_once, codes)  # registered first, called last
    from monitor.cli import run

    codes.append(run(sys.argv[1:]))
    sys.exit(codes[0])


def _exit_at_once(codes: list[int]) -> None:
    """Exit with the code, if there is one, after all other exit handlers.

    Without this the interpreter frees every module and object one by one, which takes 0.3 s of
    CPU; the operating system frees the memory of the process as a whole.
    """
    with suppress(OSError, ValueError):  # a closed output: the interpreter reports it
        for code in codes:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


if __name__ == "__main__":
    main()
