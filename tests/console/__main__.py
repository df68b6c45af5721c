"""Look at every page of the console in Chromium: `make console-check`.

A service with the demo's articles, and with hostile texts in every field that is shown, is opened
by four scripts of Node: accessibility and valid HTML, keys and forms, the forms of operators,
hostile texts.  Before them the demo is started at a terminal, and its first article opened.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.console import first_look
from tests.console.running_site import RunningConsole, payloads, running_console

FOLDER = Path(__file__).parent
FIRST_LOOK = "first-look"
CHECKS = (FIRST_LOOK, "places", "flows", "operating", "hostile")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_PACKAGES = ("chromium", "fonts-noto-cjk")
# For the whole of one script; each of its steps has a limit of its own.
_SECONDS = 600


def main() -> int:
    """Run the checks; 0 when all pages are as they should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.console", description=__doc__)
    parser.add_argument("--only", default=",".join(CHECKS), help="some of: %(default)s")
    parser.add_argument(
        "--skip-without-browser",
        action="store_true",
        help="end well, with the reason, where Chromium can't be installed",
    )
    options = parser.parse_args()
    chosen = options.only.split(",")
    unknown = set(chosen) - set(CHECKS)
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}")
    browser = find_browser()
    if not browser and options.skip_without_browser:
        say("console-check was not run: there is no Chromium, and it can't be installed here")
        return 0
    if not browser:
        sys.exit(
            "console-check needs Chromium: install the package chromium, or set CHROMIUM=/path"
        )
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            if name == FIRST_LOOK:
                failed += [] if _look_at_the_demo(browser, Path(folder) / name) else [name]
                continue
            with running_console(Path(folder) / name, hostile=name == "hostile") as console:
                if not _run(name, browser, console):
                    failed.append(name)
    if failed:
        say(f"NOT as it should be: {', '.join(failed)}")
    return 1 if failed else 0


def say(line: str) -> None:
    """A line for whoever waits, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def find_browser() -> str:
    """The path of Chromium, installed from Debian where that is possible; empty: there is none."""
    if path := _browser():
        return path
    if shutil.which("apt-get") and os.geteuid() == 0:
        say(f"installing {' '.join(_PACKAGES)} …")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-qq", "-y", *_PACKAGES]):
            quiet = subprocess.DEVNULL
            subprocess.run(
                ["apt-get", *command], check=False, env=environment, stdout=quiet, stderr=quiet
            )
    return _browser()


def _browser() -> str:
    configured = os.environ.get("CHROMIUM", "")
    return configured or next((path for name in _BROWSERS if (path := shutil.which(name))), "")


def _look_at_the_demo(browser: str, folder: Path) -> bool:
    say(f"{FIRST_LOOK}:")
    seconds = first_look.take_time(browser, folder)
    if seconds is not None:
        say(f"  {seconds:.1f} s from `monitor demo` to an article with its reasons in the browser")
    return seconds is not None


def _run(name: str, browser: str, console: RunningConsole) -> bool:
    say(f"{name}:")
    environment = {
        **os.environ,
        "CHROMIUM": browser,
        "CONSOLE": console.address,
        "ADMIN_LINK": console.admin_link,
        "OPERATOR_LINK": console.operator_link,
        "ANALYST_LINK": console.analyst_link,
        "ARTICLES": str(len(payloads())),
    }
    node = Path(sys.executable).parent / "node"
    command = [str(node), str(FOLDER / f"{name}.mjs")]
    return subprocess.run(command, env=environment, timeout=_SECONDS, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
