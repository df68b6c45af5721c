"""Tests of how operations are declared."""

from __future__ import annotations

from monitor.access.permissions import Act
from monitor.web.api.conventions.api_models import NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Answer, Call, Trait


def test_the_docstring_of_a_function_is_the_reference_of_its_operation() -> None:
    api = ApiRouter()

    @api.create("/things", Act.CHANGE_FEEDS, NoBody, dict[str, str], Trait.SENDS)
    async def add_thing(call: Call[NoQuery, NoBody]) -> Answer:
        """Add a thing.

        It is there
        from then on.
        """
        return Answer(status=201)

    [operation] = api.operations
    assert operation.summary == "Add a thing."
    assert operation.description == "It is there from then on."
    assert (operation.method, operation.path, operation.status) == ("POST", "/things", 201)
    assert operation.traits == {Trait.SENDS}
    assert operation.run is add_thing


def test_a_removal_answers_nothing_unless_it_has_something_to_say() -> None:
    api = ApiRouter()

    async def run(call: Call[NoQuery, NoBody]) -> Answer:
        """Remove it."""
        return Answer()

    api.delete("/silent", Act.CHANGE_FEEDS, NoQuery)(run)
    api.delete("/telling", Act.CHANGE_FEEDS, NoQuery, dict[str, int])(run)
    assert [operation.status for operation in api.operations] == [204, 200]
