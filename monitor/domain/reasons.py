"""Reasons of faults: two closed lists, used as log fields and metric labels."""

from __future__ import annotations

import enum


class FeedReason(enum.StrEnum):
    """Why a feed could not be read: a closed list, used as log field and metric label."""

    ADDRESS = "address"  # not a valid http(s) URL
    EGRESS = "egress"  # an address that the egress guard refuses
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"  # not HTTP, cut off, malformed headers
    STATUS = "status"  # 4xx, 5xx
    THROTTLED = "throttled"  # 429, or 503 with Retry-After
    BUSY = "busy"  # not requested, because of the limit for its host; no failure
    GONE = "gone"  # 410
    REDIRECT = "redirect"  # loop, too many, no Location
    TOO_LARGE = "too_large"
    ENCODING = "encoding"  # a broken, chained or unknown content coding
    NOT_A_FEED = "not_a_feed"
    EMPTY_BODY = "empty_body"
    NO_TEXT = "no_text"  # an article's page without an article
    LIMITS = "limits"  # parsing exceeded its limit of CPU, memory or time
    CRASH = "crash"  # the parser process died


class DeliveryReason(enum.StrEnum):
    """How an attempt ended: a closed list, used as log field and metric label."""

    ACCEPTED = "accepted"
    EGRESS = "egress"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    DROPPED = "dropped"  # the connection ended before an answer: the message may have arrived
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    STATUS = "status"
    THROTTLED = "throttled"
    GONE = "gone"
    LOGIN = "login"
    TEMPORARY = "temporary"  # SMTP 4yz
    PERMANENT = "permanent"  # SMTP 5yz
    UNWRITABLE = "unwritable"  # the message, or the folder, can't be written
    CONFIG = "config"
    INTERNAL = "internal"  # our own fault: logged with its traceback, tried again
