"""A session ends when it is idle, and at its greatest age in any case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.accounts import Session, SignInMethod
from tests.fakes import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize(("used_after", "ends_after"), [(0, 14), (10, 24), (75, 89), (80, 90)])
def test_a_session_ends_fourteen_days_after_its_use_and_ninety_after_its_start(
    used_after, ends_after
):
    session = Session(
        key="k",
        person_key="p",
        method=SignInMethod.LINK,
        created_at=NOW,
        signed_in_at=NOW,
        used_at=NOW + used_after * DAY,
        address="",
        browser="",
    )
    assert session.ends_at() == NOW + ends_after * DAY
