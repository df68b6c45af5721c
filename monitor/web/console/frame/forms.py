"""Submitted forms: read with a limit, with every field as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from fastapi import HTTPException, Request

from monitor.web.site.templating import read_body

_MEDIA_TYPE = "application/x-www-form-urlencoded"
LARGEST_FORM = 65_536  # bytes: a list of some hundred articles
_MOST_FIELDS = 1_000


class Form:
    """The fields of a form; a field may come several times."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """The field without spaces around it; empty when it was not sent."""
        return self.exact(name).strip()

    def exact(self, name: str) -> str:
        """The field as it was typed: spaces belong to a password."""
        values = self._fields.get(name, ())
        return values[0] if values else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of the field, each once, in order."""
        return tuple(dict.fromkeys(self._fields.get(name, ())))


async def read_form(request: Request, limit: int = LARGEST_FORM) -> Form:
    """The form of a request.  Raise HTTPException (413, 422) for one that can't be read."""
    declared = request.headers.get("content-type", _MEDIA_TYPE).partition(";")[0].strip().lower()
    if declared != _MEDIA_TYPE:
        raise HTTPException(422)
    body = await read_body(request, limit)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # not UTF-8, or too many fields
        raise HTTPException(422) from None
    return Form(fields)
