"""`python -m monitor` and the command `monitor`."""

from __future__ import annotations

import gc
import sys

# Of objects made since the last look for rings of garbage.  Nearly all that we make lives on, and
# the interpreter's own 700 has it look at each of them several times: a tenth of a first poll.
LOOK_AFTER = 20_000


def main() -> None:
    gc.set_threshold(LOOK_AFTER, 20, 20)
    from monitor.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
