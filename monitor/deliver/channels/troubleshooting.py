"""What an operator can do about a message that was not accepted, a sentence for each reason."""

from __future__ import annotations

from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason

R = DeliveryReason

_EITHER = {
    R.EGRESS: "allow its network in egress.allow, if it is meant",
    R.DNS: "check the host's name in the address",
    R.CONNECT: "check that something listens there, and that a firewall lets us out",
    R.TIMEOUT: "ask whoever runs it why it is slow",
    R.DROPPED: "ask whoever runs it why it hangs up; look whether the message came",
    R.PROTOCOL: "check host and port: something else answers there",
    R.THROTTLED: "wait, as it asks",
    R.GONE: "it wants no more: `monitor subscriptions remove`, or add its new address",
    R.UNWRITABLE: "check the address and the folder",
    R.CONFIG: "remove the subscription and add it again",
    R.INTERNAL: "this is a fault of ours: the log has its place",
}
_OF_WEBHOOKS = {
    R.TLS: "its certificate must be of a known authority, in date, and for that host",
    R.REDIRECT: "redirects are not followed: add the address that it leads to",
    R.STATUS: "only 2xx is success; see docs/webhooks/ for what a receiver checks and answers",
}
_OF_MAIL = {
    R.TLS: 'set email.tls to "starttls" (port 587) or "tls" (port 465), as the server offers, and'
    " check that its certificate is in date and for that host; mail never goes out unencrypted"
    ' unless email.tls = "none" says so',
    R.LOGIN: "check email.username and email.password",
    R.TEMPORARY: "nothing: the server asks to be tried again, and it will be",
    R.PERMANENT: "check the recipient's address, and that the server may send from email.sender",
    R.STATUS: "ask whoever runs the mail server",
    R.CONFIG: "check email.sender",
    R.CONNECT: "check email.host and email.port",
}
_OF_CHAT = {
    R.STATUS: "check the tokens in the address; add it anew if they changed",
    R.TLS: "its certificate must be of a known authority",
}
_OWN = {
    ChannelKind.WEBHOOK: _OF_WEBHOOKS,
    ChannelKind.EMAIL: _OF_MAIL,
    ChannelKind.APPRISE: _OF_CHAT,
}


def remedy(reason: DeliveryReason, channel: ChannelKind) -> str:
    """What to do, or an empty text when there is nothing to."""
    return _OWN[channel].get(reason) or _EITHER.get(reason, "")
