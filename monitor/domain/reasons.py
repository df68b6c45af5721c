"""Why something went wrong: two closed lists, used as log fields and metric labels."""

from __future__ import annotations

import enum


class FeedReason(enum.StrEnum):
    """Why a feed could not be read: a closed list, used as log field and metric label."""

    ADDRESS = "address"  # not an http(s) address, or one that can't be one
    EGRESS = "egress"  # an address we refuse to connect to
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"  # not HTTP, cut off, malformed headers
    STATUS = "status"  # 4xx, 5xx
    THROTTLED = "throttled"  # 429, or 503 with Retry-After
    BUSY = "busy"  # it was not asked: its host had no turn free; no failure
    GONE = "gone"  # 410
    REDIRECT = "redirect"  # loop, too many, no Location
    TOO_LARGE = "too_large"
    ENCODING = "encoding"  # content coding that is broken, chained or unknown
    NOT_A_FEED = "not_a_feed"
    EMPTY_BODY = "empty_body"
    NO_TEXT = "no_text"  # of an article's page: not one, or without an article
    LIMITS = "limits"  # parsing took more CPU, memory or time than a feed may
    CRASH = "crash"  # the parse child died


class DeliveryReason(enum.StrEnum):
    """How an attempt ended: a closed list, used as log field and metric label."""

    ACCEPTED = "accepted"
    EGRESS = "egress"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    DROPPED = "dropped"  # the connection ended before an answer: it may have arrived
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
    INTERNAL = "internal"  # a fault of ours: logged with its traceback, tried again
