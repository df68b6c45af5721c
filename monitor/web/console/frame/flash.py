"""Flash message: what the last form did, shown once on the next page, with its undo."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass

from fastapi import Request, Response

_COOKIE = "watchpost-flash"
_MOST_CHARACTERS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """A sentence, and the address of a form that takes the act back."""

    text: str
    undo: str = ""  # "/console/marks/undo"; empty: it can't be taken back
    is_fault: bool = False


def set_flash(response: Response, flash: Flash) -> None:
    """Keep a message for the next page of this browser."""
    shortened = {**asdict(flash), "text": flash.text[:_MOST_CHARACTERS]}
    value = base64.urlsafe_b64encode(json.dumps(shortened).encode()).decode()
    response.set_cookie(_COOKIE, value, max_age=60, path="/console", httponly=True, samesite="lax")


def take_flash(request: Request) -> Flash | None:
    """The message of the act before, or None; `clear_flash` removes it from the browser."""
    value = request.cookies.get(_COOKIE, "")
    try:
        fields = json.loads(base64.urlsafe_b64decode(value.encode())) if value else None
    except (binascii.Error, ValueError):
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        return None
    undo = fields.get("undo")
    return Flash(
        text=fields["text"],
        undo=undo if isinstance(undo, str) and undo.startswith("/console/") else "",
        is_fault=fields.get("is_fault") is True,
    )


def clear_flash(request: Request, response: Response) -> None:
    """Remove a message that was shown."""
    if _COOKIE in request.cookies:
        response.delete_cookie(_COOKIE, path="/console", httponly=True, samesite="lax")
