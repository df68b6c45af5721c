"""Problems (RFC 9457): what went wrong with a request, as JSON for programs.

The `type` of a problem is the address of a page that says what to do about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

PROBLEMS_PATH = "/api/v1/problems"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemType:
    """A kind of problem; `advice` is what its page says."""

    slug: str
    status: int
    title: str
    advice: str

    @property
    def address(self) -> str:
        """The path of its page, which is the `type` of its problems."""
        return f"{PROBLEMS_PATH}/{self.slug}"


BAD_REQUEST = ProblemType(
    slug="bad-request",
    status=400,
    title="That can't be done",
    advice="The sentence in `detail` says what is wrong with the request.  Nothing was changed.",
)
BAD_QUERY = ProblemType(
    slug="bad-query",
    status=400,
    title="The query of the address is wrong",
    advice="`errors` names each parameter that is unknown or has a value that can't be used, and"
    " where there is one, the parameter or value that was probably meant.",
)
SIGN_IN = ProblemType(
    slug="sign-in",
    status=401,
    title="Nobody is signed in",
    advice="Send `Authorization: Bearer wpt_…` with an access token that is valid:"
    " `monitor tokens add NAME --role ROLE` makes one and prints it once; `monitor tokens list`"
    " shows which are over.  A session of the console may read here, and change nothing.",
)
REFUSED = ProblemType(
    slug="refused",
    status=403,
    title="Not allowed",
    advice="The role or the scopes of the access token do not allow this; `detail` names what is"
    " missing.  Make another token with `monitor tokens add`, or ask an admin for the role.",
)
NOT_FOUND = ProblemType(
    slug="not-found",
    status=404,
    title="There is no such thing",
    advice="The key may be mistyped or too short (at least 4 digits of it are needed), or what it"
    " named was removed since.  The list at the address above it has what there is.",
)
METHOD = ProblemType(
    slug="method",
    status=405,
    title="This address does not take that method",
    advice="The header `Allow` lists every method of the address.",
)
CONFLICT = ProblemType(
    slug="conflict",
    status=409,
    title="It is not in a state in which that can be done",
    advice="Read the thing again: somebody else may have changed it meanwhile.",
)
KEY_IN_USE = ProblemType(
    slug="key-in-use",
    status=409,
    title="A request with this idempotency key was begun and has not ended",
    advice="If it was sent just now, wait and send the same request again: the answer will be that"
    " of the first.  If the service was stopped meanwhile, look whether the thing was done, and"
    " use a new key.",
)
STALE = ProblemType(
    slug="stale",
    status=412,
    title="It was changed meanwhile",
    advice="The `ETag` in `If-Match` is not that of the thing as it is now.  Read it again, apply"
    " the change to what it is now, and send the new `ETag`.",
)
TOO_LARGE = ProblemType(
    slug="too-large",
    status=413,
    title="The body is too large",
    advice="A body has at most 64 kB, a list of feeds (OPML) at most 2 MB.  Send it in parts.",
)
MEDIA = ProblemType(
    slug="media-type",
    status=415,
    title="The body has another media type",
    advice="Send JSON with `Content-Type: application/json`; the reference names the exceptions.",
)
BAD_BODY = ProblemType(
    slug="bad-body",
    status=422,
    title="The body can't be used",
    advice="`errors` names each field that is unknown, missing or has a value that can't be used,"
    " as a JSON pointer, and where there is one, what was probably meant.  Nothing was changed.",
)
KEY_REUSED = ProblemType(
    slug="key-reused",
    status=422,
    title="This idempotency key belongs to another request",
    advice="A key stands for one request for 24 hours.  Use a new one, such as a random UUID.",
)
MATCH_NEEDED = ProblemType(
    slug="match-needed",
    status=428,
    title="The header If-Match is missing",
    advice="Read the thing first and send its `ETag` as `If-Match`, so that what somebody else"
    " changed meanwhile is not overwritten.",
)
TOO_MANY = ProblemType(
    slug="too-many-requests",
    status=429,
    title="Too many requests",
    advice="Wait as many seconds as `Retry-After` says.  `RateLimit` tells with every answer how"
    " many requests are left, `RateLimit-Policy` how many there are in which time.",
)
UNAVAILABLE = ProblemType(
    slug="unavailable",
    status=503,
    title="That can't be done now",
    advice="Nothing was changed.  Ask again in a minute; `monitor doctor` and the log of the"
    " service have the reason.",
)

PROBLEM_TYPES: Mapping[str, ProblemType] = {
    problem.slug: problem
    for problem in (
        BAD_REQUEST, BAD_QUERY, SIGN_IN, REFUSED, NOT_FOUND, METHOD, CONFLICT, KEY_IN_USE, STALE,
        TOO_LARGE, MEDIA, BAD_BODY, KEY_REUSED, MATCH_NEEDED, TOO_MANY, UNAVAILABLE,
    )
}  # fmt: skip
# The problem of a status that does not come from the API itself.
BY_STATUS: Mapping[int, ProblemType] = {
    problem.status: problem
    for problem in (
        BAD_REQUEST, SIGN_IN, REFUSED, NOT_FOUND, METHOD, CONFLICT, TOO_LARGE, MEDIA, BAD_BODY,
        TOO_MANY, UNAVAILABLE,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one part of a request; exactly one of the first three names the part."""

    pointer: str = ""  # into the body (RFC 6901): "/themes/0"
    parameter: str = ""  # of the query
    header: str = ""
    detail: str
    suggestion: str = ""  # what was probably meant

    def as_json(self) -> dict[str, str]:
        """The error without what is empty."""
        fields = {
            "pointer": self.pointer,
            "parameter": self.parameter,
            "header": self.header,
            "detail": self.detail,
            "suggestion": self.suggestion,
        }
        return {name: text for name, text in fields.items() if text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of one request."""

    type: ProblemType
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer with the status of its type."""
        content = {
            "type": self.type.address,
            "title": self.type.title,
            "status": self.type.status,
            "detail": self.detail,
        }
        if self.errors:
            content["errors"] = [error.as_json() for error in self.errors]
        text = json.dumps(content, ensure_ascii=False) + "\n"
        body = text.encode("utf-8", "replace")  # a detail may repeat half of a surrogate pair
        return Response(body, self.type.status, dict(self.headers), MEDIA_TYPE)


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        type_: ProblemType,
        detail: str,
        *errors: FieldError,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(type=type_, detail=detail, errors=errors, headers=headers or {})
