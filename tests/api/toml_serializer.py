"""How schemathesis sends a body of TOML: the generated text as it is."""

from __future__ import annotations

import schemathesis


@schemathesis.serializer("application/toml")
def as_text(_context: object, value: object) -> bytes:
    """The bytes of the body."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
