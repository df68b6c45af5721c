"""The wolves of the tests of teaching, whose packs are trained in a blink."""

from __future__ import annotations

from tests.actions.teaching.conftest import topic as topic
from tests.actions.teaching.conftest import wolf_store as wolf_store
from tests.actions.teaching.conftest import wolves as wolves
