"""The peer: the feed library `reader`, used as its documentation says.

python -m tests.bench.other_programs.with_reader DATABASE add FILE    a line of FILE is an address
python -m tests.bench.other_programs.with_reader DATABASE update
python -m tests.bench.other_programs.with_reader DATABASE count
"""

from __future__ import annotations

import sys
from pathlib import Path

from reader import make_reader

WORKERS = 10


def main(database: str, verb: str, file: str = "") -> None:
    reader = make_reader(database)
    if verb == "add":
        for address in Path(file).read_text().split():
            reader.add_feed(address)
    elif verb == "update":
        # scheduled=False: all feeds now, as `monitor poll --all` does
        reader.update_feeds(workers=WORKERS, scheduled=False)
    else:
        sys.stdout.write(f"{reader.get_entry_counts().total}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
