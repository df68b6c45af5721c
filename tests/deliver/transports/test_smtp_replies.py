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
        (SmtpStage.BODY, 554, Refused, R.PERMANENT),
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
