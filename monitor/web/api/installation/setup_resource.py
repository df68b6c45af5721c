"""Setup as code: feeds, subscriptions and silences as TOML, exported, planned and applied."""

from __future__ import annotations

from fastapi import Response
from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.setup.setup_export import export_setup
from monitor.actions.setup.setup_file import read_setup_text
from monitor.actions.setup.setup_plan import apply_setup, plan_setup
from monitor.actions.setup.subscription_setup import SetupContext
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, Flag, NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.shapes import installation_shapes as shapes

api = ApiRouter()

TOML = "application/toml"


@api.download("/setup.toml", Act.READ_SETUP, NoQuery, TOML)
async def read_setup_as_toml(call: Call[NoQuery, NoBody]) -> Response:
    """Feeds, subscriptions and silences as TOML, as `monitor export --setup` writes them.

    Secrets are not in it.
    """
    text = await call.read(lambda store: export_setup(store, call.now))
    headers = {"content-disposition": 'attachment; filename="setup.toml"'}
    return Response(text, headers=headers, media_type=TOML)


class ApplyQuery(ApiModel):
    """How to apply."""

    dry_run: Flag = Field(False, description="Tell the plan, and change nothing.")
    prune: Flag = Field(
        False, description="Remove what the file does not name, of the kinds that it lists."
    )


@api.upload("/setup", Act.APPLY_SETUP, ApplyQuery, shapes.AppliedSetupShape, TOML, Trait.SHOWN_ONCE)
async def apply_setup_file(call: Call[ApplyQuery, NoBody]) -> Answer:
    """Bring feeds, subscriptions and silences to what a TOML file says; the steps are the answer.

    What the file does not name stays.  Applied again, the same file changes nothing.  `secrets`
    has the signing secret of each new webhook, which is shown only now.
    """
    setup = read_setup_text(call.content)
    checked_against = SetupContext(
        allow=call.site.settings.egress.allow,
        topics=call.site.topics,
        topic_themes=call.site.theme_titles,
        now=call.now,
    )

    def carry_out(store: Store) -> JsonObject:
        plan = plan_setup(store, setup, checked_against, prune=call.query.prune)
        if call.query.dry_run:
            return {**plan.as_json(), "secrets": {}}
        return apply_setup(store, plan, call.caller, call.now).as_json()

    return Answer(content=await call.write(carry_out))
