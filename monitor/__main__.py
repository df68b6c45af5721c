"""`python -m monitor` and the command `monitor`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress

# Of objects made since the last look for rings of garbage.  Nearly all that we make lives on, and
# the interpreter's own 700 has it look at each of them several times: a tenth of a first poll.
LOOK_AFTER = 20_000


def main() -> None:
    gc.set_threshold(LOOK_AFTER, 20, 20)
    codes: list[int] = []
    atexit.register(_leave, codes)  # what is registered first is called last
    from monitor.cli import run

    codes.append(run(sys.argv[1:]))
    sys.exit(codes[0])


def _leave(codes: list[int]) -> None:
    """End at once with the exit code, if there is one, when all else that is to be done is done.

    The interpreter would take apart every module and all that they made, piece by piece, which
    takes 0.3 s of CPU; the system drops it whole.
    """
    with suppress(OSError, ValueError):  # nobody reads what we print: the interpreter says so
        for code in codes:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


if __name__ == "__main__":
    main()
