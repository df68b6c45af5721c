"""The pictures of the documentation, made from the real thing: `python -m tests.pictures`.

Needs Chromium on the path, and the fonts of Debian's package fonts-noto-cjk.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI as DARK
from rich.text import Text

from tests.console.running_site import RunningConsole, running_console

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH = 112
# Chinese, Japanese and Korean characters are made two columns wide, as terminals show them.
TERMINAL = """<!DOCTYPE html><meta charset="utf-8"><style>{stylesheet}
@font-face {{ font-family: wide; src: local("Noto Sans Mono CJK SC"); size-adjust: 120.4%; }}
body {{ margin: 18px 22px; color: {foreground}; background: {background}; }}
pre {{ font: 12px/18px "DejaVu Sans Mono", wide, monospace; margin: 0; }}
</style><pre>{code}</pre>"""


def main() -> None:
    """Play the demo once and take both pictures of it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        letters = Path(folder) / "watchpost-demo"
        _terminal(letters)
        _mail(letters)
        with running_console(Path(folder) / "console", hostile=False) as console:
            _console(console)


def _terminal(folder: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "monitor", "demo", "--dir", str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"},
    ).stdout
    shown = re.sub(r"(mails? in ).*", r"\1watchpost-demo", shown)
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi("$ monitor demo\n" + shown))
    page = folder / "terminal.html"
    page.write_text(console.export_html(code_format=TERMINAL, theme=DARK), encoding="utf-8")
    _shot(page, "demo.png", f"920,{(shown.count(chr(10)) + 4) * 18}")


def _mail(letters: Path) -> None:
    letter = message_from_bytes(
        sorted(letters.glob("*.eml"))[0].read_bytes(), policy=policy.default
    )
    body = letter.get_body(("html",))
    assert body is not None
    page = letters / "mail.html"
    page.write_text(body.get_content(), encoding="utf-8")
    _shot(page, "mail.png", "680,800")


def _console(console: RunningConsole) -> None:
    """The queue with an article beside it, light and dark; needs what `make console-check` has."""
    environment = {
        **os.environ,
        "CHROMIUM": shutil.which("chromium") or "",
        "CONSOLE": console.address,
        "ANALYST_LINK": console.analyst_link,
        "IMAGES": str(IMAGES),
    }
    node = Path(sys.executable).parent / "node"
    script = Path(__file__).parent / "console" / "pictures.mjs"
    subprocess.run([str(node), str(script)], env=environment, check=True, timeout=120)


def _shot(page: Path, name: str, size: str) -> None:
    """A page as Chromium shows it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("the pictures need chromium on the path, and a font with Chinese characters")
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars"
        " --disable-background-networking --disable-component-update --disable-sync"
        " --force-device-scale-factor=1.5"
    )
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium,
                *flags.split(),
                f"--window-size={size}",
                f"--user-data-dir={profile}",
                f"--screenshot={IMAGES / name}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


if __name__ == "__main__":
    main()
