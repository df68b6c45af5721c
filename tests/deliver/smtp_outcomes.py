"""How a hand-over to a mail server ends at each stage: the expected outcomes and their check."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.deliver.transports.smtp import SmtpChannel, SmtpServer
from monitor.domain.alerts import Subscription
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason

R = DeliveryReason
SENDER = "Watchpost <alerts@watch.example.org>"
QUICK = timedelta(seconds=0.5)
SLOW = timedelta(seconds=10)

# What a server may do at each step, and what it means.  The scripts are those of fault_smtp.py.
STAGES = [
    ("", None, None),
    ("BANNER=421 busy", Unreachable, R.TEMPORARY),
    ("BANNER=554 go away", Unreachable, R.STATUS),
    ("BANNER=DROP", Unreachable, R.CONNECT),
    ("BANNER=HANG", Unreachable, R.TIMEOUT),
    ("BANNER=hello there", Unreachable, R.PROTOCOL),
    ("EHLO=421 busy", Unreachable, R.TEMPORARY),
    ("EHLO=550 no", Unreachable, R.STATUS),
    ("EHLO=DROP", Unreachable, R.CONNECT),
    ("MAIL=451 later", Unreachable, R.TEMPORARY),
    ("MAIL=530 log in first", Unreachable, R.LOGIN),
    ("MAIL=550 not you", Unreachable, R.CONFIG),
    ("MAIL=DROP", Unreachable, R.CONNECT),
    ("MAIL=HANG", Unreachable, R.TIMEOUT),
    ("RCPT=450 4.2.0 grey", Unreachable, R.TEMPORARY),
    ("RCPT=421 closing", Unreachable, R.TEMPORARY),
    ("RCPT=550 5.1.1 nobody here", Refused, R.PERMANENT),
    ("RCPT=550 5.7.1 we block you", Unreachable, R.STATUS),
    ("RCPT=252 will try", None, None),
    ("RCPT=DROP", Unreachable, R.CONNECT),
    ("DATA=451 later", Unreachable, R.TEMPORARY),
    ("DATA=554 no valid recipients", Refused, R.PERMANENT),
    ("DATA=DROP", Unreachable, R.DROPPED),
    ("DOT=452 full", Unreachable, R.TEMPORARY),
    ("DOT=554 5.7.1 looks like spam", Unreachable, R.STATUS),
    ("DOT=DROP", Unreachable, R.DROPPED),
    ("DOT=HANG", Unreachable, R.DROPPED),
    ("DOT=251 forwarded", None, None),
    ("QUIT=DROP", None, None),
    ("QUIT=HANG", None, None),
    ("QUIT=500 what", None, None),
]


def server(port: int, timeout: timedelta = QUICK, **changes: object) -> SmtpServer:
    usual = {"host": "127.0.0.1", "port": port, "tls": "none", "timeout": timeout}
    return SmtpServer(**(usual | changes))


async def outcome(
    channel: SmtpChannel, message: Message, to: Subscription, now: datetime
) -> tuple[type[DeliveryError] | None, DeliveryReason | None]:
    """How a hand-over ended, as the tables write it."""
    error = None
    try:
        words = await channel.send(message, to, now)
    except DeliveryError as failed:
        error = failed
    if error is None:
        assert words[:3] in ("250", "251")
        return None, None
    assert "hunter2" not in str(error)
    assert ("may have arrived" in error.detail) == (error.reason is R.DROPPED)
    return type(error), error.reason
