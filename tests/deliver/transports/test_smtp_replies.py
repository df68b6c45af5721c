"""Every reply of a mail server has one meaning."""

from __future__ import annotations

import pytest

from monitor.deliver.transports.smtp_replies import SmtpStage, smtp_lost, smtp_outcome
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason

R = DeliveryReason


@pytest.mark.parametrize(
    ("stage", "code", "kind", "reason"),
    [
        (SmtpStage.CONNECT, 421, Unreachable, R.TEMPORARY),
        (SmtpStage.CONNECT, 554, Unreachable, R.STATUS),
        (SmtpStage.EHLO, 421, Unreachable, R.TEMPORARY),
        (SmtpStage.EHLO, 550, Unreachable, R.STATUS),
        (SmtpStage.TLS, 454, Unreachable, R.TLS),
        (SmtpStage.TLS, 501, Unreachable, R.TLS),
        (SmtpStage.LOGIN, 454, Unreachable, R.LOGIN),
        (SmtpStage.LOGIN, 535, Unreachable, R.LOGIN),
        (SmtpStage.SENDER, 451, Unreachable, R.TEMPORARY),
        (SmtpStage.SENDER, 530, Unreachable, R.LOGIN),
        (SmtpStage.SENDER, 553, Unreachable, R.CONFIG),
        (SmtpStage.RECIPIENT, 450, Unreachable, R.TEMPORARY),
        (SmtpStage.RECIPIENT, 550, Refused, R.PERMANENT),
        (SmtpStage.RECIPIENT, 530, Unreachable, R.LOGIN),
        (SmtpStage.BODY, 452, Unreachable, R.TEMPORARY),
        (SmtpStage.RECIPIENT, 552, Unreachable, R.STATUS),
        (SmtpStage.BODY, 554, Unreachable, R.STATUS),
        (SmtpStage.BODY, -1, Unreachable, R.PROTOCOL),
        (SmtpStage.RECIPIENT, 354, Unreachable, R.PROTOCOL),
    ],
)
def test_a_reply_is_final_only_when_it_speaks_of_this_mail(
    stage: SmtpStage, code: int, kind: type[DeliveryError], reason: DeliveryReason
) -> None:
    failed = smtp_outcome(stage, code, "words")
    assert (type(failed), failed.reason) == (kind, reason)
    assert f"{stage}: {code} words" in failed.detail


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 <a@b.example>: Recipient address rejected",
        "550 5.1.1 blocked",  # the code counts, not the words
        "550 5.1.2 no such domain",
        "553 5.1.3 bad syntax",
        "551 5.1.6 moved away",
        "556 5.1.10 null MX",
        "550 5.2.1 mailbox closed for good",
        "550-5.1.1 The account that you tried to reach is not here",
        "550 #5.1.1 bad mailbox",
        "550 No such user here",
        "550 <a@b.example> User unknown in local table",
        "550 Requested action not taken: mailbox unavailable",
        "550",
        "551 User not local",
        "554 delivery error: this user doesn't exist",
    ],
)
def test_no_such_address_is_final(words: str) -> None:
    failed = smtp_outcome(SmtpStage.RECIPIENT, int(words[:3]), words[4:])
    assert (type(failed), failed and failed.reason) == (Refused, R.PERMANENT)


@pytest.mark.parametrize("stage", [SmtpStage.RECIPIENT, SmtpStage.BODY])
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("550 5.7.1 Service unavailable; client listed", R.STATUS),
        ("550 5.7.26 unauthenticated mail", R.STATUS),
        ("554 5.7.0 rejected, user unknown to the filter", R.STATUS),
        ("521 5.3.2 this host takes no mail now", R.STATUS),
        ("552 5.2.2 over quota", R.STATUS),
        ("552 5.3.4 message too big", R.STATUS),
        ("550 5.2.3 too long", R.STATUS),
        ("550 5.4.1 no route", R.STATUS),
        ("550 5.6.1 media not supported", R.STATUS),
        ("550 5.0.0 denied", R.STATUS),
        ("550 5.1.0 address rejected", R.STATUS),
        ("550 5.1.8 sender's domain not found", R.CONFIG),
        ("553 5.1.7 bad sender", R.CONFIG),
        ("550 4.7.1 slow down", R.TEMPORARY),
        ("552 mailbox is full", R.STATUS),
        ("550 Your address 5.1.1.20 is blocked", R.STATUS),
        ("550 Message refused: spam", R.STATUS),
        ("550 relaying denied", R.STATUS),
        ("550 your reverse name does not resolve", R.STATUS),
        ("553 sorry, that sender is not in my list", R.STATUS),
        ("554 transaction failed", R.STATUS),
    ],
)
def test_all_else_is_tried_again(stage: SmtpStage, words: str, reason: DeliveryReason) -> None:
    failed = smtp_outcome(stage, int(words[:3]), words[4:])
    assert (type(failed), failed and failed.reason) == (Unreachable, reason)


@pytest.mark.parametrize("stage", [SmtpStage.SENDER, SmtpStage.RECIPIENT, SmtpStage.BODY])
def test_any_2yz_takes_the_mail_a_step_further(stage: SmtpStage) -> None:
    assert smtp_outcome(stage, 252) is None


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        (SmtpStage.TLS, R.TLS),
        (SmtpStage.LOGIN, R.LOGIN),
        (SmtpStage.CONNECT, R.PROTOCOL),
        (SmtpStage.EHLO, R.PROTOCOL),
    ],
)
def test_an_odd_2yz_never_passes_for_encryption_or_login(
    stage: SmtpStage, reason: DeliveryReason
) -> None:
    failed = smtp_outcome(stage, 250)
    assert failed is not None
    assert failed.reason is reason


@pytest.mark.parametrize(
    ("stage", "timed_out", "reason"),
    [
        (SmtpStage.CONNECT, True, R.TIMEOUT),
        (SmtpStage.CONNECT, False, R.CONNECT),
        (SmtpStage.RECIPIENT, False, R.CONNECT),
        (SmtpStage.BODY, False, R.DROPPED),
        (SmtpStage.BODY, True, R.DROPPED),
    ],
)
def test_a_conversation_that_ends_after_data_may_have_arrived(
    stage: SmtpStage, timed_out: bool, reason: DeliveryReason
) -> None:
    lost = smtp_lost(stage, "gone", timed_out=timed_out)
    assert lost.reason is reason
    assert ("may have arrived" in lost.detail) == (reason is R.DROPPED)
