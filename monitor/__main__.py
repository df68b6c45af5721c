"""`python -m monitor` and the command `monitor`."""

from __future__ import annotations

import sys


def main() -> None:
    from monitor.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
