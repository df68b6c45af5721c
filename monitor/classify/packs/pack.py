"""Topic packs: loads and verifies the lexicon and weights of a trained topic; never a pickle.

pack.toml      name, title, topic and themes; written by people
lexicon/*.toml word lists; written by people
weights/       written by training: vocabularies as text, arrays as .npy, and manifest.json
               with the thresholds and the SHA-256 of every file that affects verdicts
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features import word_lists
from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.ngrams import Vocabulary
from monitor.classify.features.vectors import Vectoriser
from monitor.classify.packs.metadata import MANIFEST, MAX_TEXT_BYTES, Theme, read_pack_file
from monitor.classify.packs.metadata import PackMetadata as PackMetadata
from monitor.classify.packs.metadata import read_metadata as read_metadata
from monitor.domain.errors import PackError

FORMAT = 1
_PICKLES = {".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth"}
_MAX_BYTES = 64 * 2**20  # of one file
ARRAY_FILES = ("words.npy", "characters.npy", "lexicon.npy", "matrix.npy", "intercepts.npy")
LIST_FILES = ("words.txt", "characters.txt", "lexicon.txt")
# The weights and lexicons in use in this process, by the digest of their pack, which covers their
# files: judging and the pages that explain share one copy of some 25 MB.
_models: WeakValueDictionary[str, ModelWeights] = WeakValueDictionary()
_lexicons: WeakValueDictionary[str, Lexicon] = WeakValueDictionary()


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class ModelWeights:
    """The weights of logistic regressions over one row of features.

    Columns of `matrix`: relevance from everything, relevance from characters alone, each theme.
    """

    vectoriser: Vectoriser
    matrix: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    temperature: float  # factor that turns mean log-odds into those of a calibrated probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A topic pack, fully verified."""

    metadata: PackMetadata
    lexicon: Lexicon
    model: ModelWeights
    threshold: float  # an article with at least this score is relevant
    trained_threshold: float  # chosen by training; not changed by settings
    trained_lexicon: Lexicon  # used in training; without the operator's entries
    digest: str  # SHA-256 of the manifest
    training: Mapping[str, object]  # the report of training: examples, library versions
    review_threshold: float | None = None  # of the settings; None: there is no tier `review`

    @property
    def name(self) -> str:
        return self.metadata.name

    @property
    def title(self) -> str:
        return self.metadata.title

    @property
    def themes(self) -> Mapping[str, Theme]:
        return self.metadata.themes

    @property
    def id(self) -> str:
        """Name and digest, as in "dprk-russia@1a2b3c4d5e6f"."""
        return f"{self.name}@{self.digest[:12]}"

    def as_dict(self) -> dict[str, object]:
        """The readable facts of the pack as JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "threshold": self.threshold,
            "themes": {slug: dataclasses.asdict(theme) for slug, theme in self.themes.items()},
            "lexicon": {
                "classes": len(self.lexicon.classes),
                "entries": len(self.lexicon.entries),
                "titles": dict(self.lexicon.titles),
            },
            "features": {
                "words": len(self.model.vectoriser.words),
                "characters": len(self.model.vectoriser.characters),
                "lexicon": len(self.model.vectoriser.lexicon),
            },
            "training": dict(self.training),
        }


# ── loading ──────────────────────────────────────────────────────────────────────────────────────


def check_topic(folder: Path, metadata: PackMetadata, lexicon: Lexicon) -> None:
    """Raise PackError when [topic] names a class that is in no word list and would never match."""
    for side in dataclasses.fields(metadata.topic):
        unknown = sorted(getattr(metadata.topic, side.name) - set(lexicon.classes))
        if unknown:
            raise PackError(
                f"{folder / 'pack.toml'}: [topic] {side.name} names {', '.join(unknown)}:"
                f" no such class in {folder / 'lexicon'}"
            )


def load_pack(folder: Path) -> Pack:
    """Load and verify a pack.

    Raise PackError, naming the file and the cause, when anything is missing, altered, too large,
    not listed, a pickle, or of a format that this program does not read.
    """
    _refuse_pickles(folder)
    manifest, digest = _manifest(folder)
    contents = _checked_files(folder, manifest)
    metadata = read_metadata(folder)
    lexicon = _lexicons.get(digest) or word_lists.load_lexicon(folder / "lexicon")
    check_topic(folder, metadata, lexicon)
    try:
        model = _models.get(digest) or _model(folder, contents, float(manifest["temperature"]))
        thresholds = {slug: float(value) for slug, value in manifest["themes"].items()}
        threshold = float(manifest["threshold"])
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"{folder / MANIFEST}: not a valid manifest: {error}") from error
    if set(thresholds) != set(metadata.themes) or model.matrix.shape[1] != 2 + len(thresholds):
        raise PackError(f"{folder / 'pack.toml'}: its themes differ from those of the weights")
    themes = {
        slug: dataclasses.replace(theme, threshold=thresholds[slug])
        for slug, theme in metadata.themes.items()
    }
    _models[digest] = model
    _lexicons[digest] = lexicon
    return Pack(
        metadata=dataclasses.replace(metadata, themes=MappingProxyType(themes)),
        lexicon=lexicon,
        model=model,
        threshold=threshold,
        trained_threshold=threshold,
        trained_lexicon=lexicon,
        digest=digest,
        training=MappingProxyType(dict(manifest.get("training", {}))),
    )


def _refuse_pickles(folder: Path) -> None:
    """Raise PackError when the folder has a pickle, which no pack of ours has."""
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in _PICKLES:
            raise PackError(
                f"{file}: a pickle, which can run code when it is opened: no pack needs one; remove"
                " it, and check where this pack comes from"
            )


def _manifest(folder: Path) -> tuple[dict[str, Any], str]:
    file = folder / MANIFEST
    raw = read_pack_file(file, MAX_TEXT_BYTES)
    try:
        manifest = json.loads(raw)
        format_version = manifest["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PackError(f"{file}: not a manifest: {error}: see `monitor model train`") from error
    if format_version != FORMAT:
        raise PackError(
            f"{file}: format {format_version}, but this program reads format {FORMAT}:"
            " train the pack again with `monitor model train`"
        )
    return manifest, hashlib.sha256(raw).hexdigest()


def _checked_files(folder: Path, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """Contents by name of the files that the manifest lists.  Raise PackError on a difference."""
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        raise PackError(f"{folder / MANIFEST}: the list of files is missing")
    present = set(deciding_files(folder))
    for name in sorted(present - set(listed)):
        raise PackError(
            f"{folder / name}: not part of the trained pack: remove it, or train again"
            " with `monitor model train`"
        )
    contents = {}
    for name in sorted(listed):
        if name not in present:
            raise PackError(f"{folder / name}: missing from the pack")
        contents[name] = read_pack_file(folder / name, _MAX_BYTES)
        if hashlib.sha256(contents[name]).hexdigest() != listed[name]:
            raise PackError(
                f"{folder / name}: altered since training (its checksum differs): restore it,"
                " or train again with `monitor model train`"
            )
    return contents


def deciding_files(folder: Path) -> list[str]:
    """Return the files that affect verdicts, relative to the pack; all but the manifest."""
    files = [folder / "pack.toml", *folder.glob("lexicon/*"), *folder.glob("weights/*")]
    names = [file.relative_to(folder).as_posix() for file in files if file.is_file()]
    return sorted(name for name in names if name != MANIFEST)


def _model(folder: Path, contents: Mapping[str, bytes], temperature: float) -> ModelWeights:
    def array(name: str) -> NDArray[np.float32]:
        return _array(folder / "weights" / name, contents[f"weights/{name}"])

    def names(name: str) -> list[str]:
        try:
            return contents[f"weights/{name}"].decode("utf-8").split("\n")[:-1]
        except UnicodeDecodeError as error:
            raise PackError(f"{folder / 'weights' / name}: not UTF-8 text: {error}") from error

    vectoriser = Vectoriser(
        Vocabulary(names("words.txt"), array("words.npy")),
        Vocabulary(names("characters.txt"), array("characters.npy")),
        names("lexicon.txt"),
        array("lexicon.npy"),
    )
    model = ModelWeights(
        vectoriser=vectoriser,
        matrix=array("matrix.npy"),
        intercepts=array("intercepts.npy"),
        temperature=temperature,
    )
    expected = {
        "words.npy": (vectoriser.words.idf, (len(vectoriser.words),)),
        "characters.npy": (vectoriser.characters.idf, (len(vectoriser.characters),)),
        "lexicon.npy": (vectoriser.scale, (len(vectoriser.lexicon),)),
        "matrix.npy": (model.matrix, (len(vectoriser), *model.intercepts.shape)),
    }
    for name, (values, shape) in expected.items():
        if values.shape != shape:
            raise PackError(f"{folder / 'weights' / name}: shape {values.shape} instead of {shape}")
    return model


def _array(file: Path, raw: bytes) -> NDArray[np.float32]:
    """Parse a float32 array from the bytes of a .npy file, without pickle support."""
    stream = io.BytesIO(raw)
    try:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"version {version} of the .npy format")
        shape, fortran, kind = np.lib.format.read_array_header_1_0(stream)
        if kind != np.dtype("<f4") or fortran:
            raise ValueError(f"{kind} instead of little-endian float32 rows")
        values = np.frombuffer(raw, dtype=kind, offset=stream.tell()).reshape(shape)
    except ValueError as error:
        raise PackError(f"{file}: not a valid array: {error}") from error
    if not np.isfinite(values).all():
        raise PackError(f"{file}: contains values that are not finite")
    return values
