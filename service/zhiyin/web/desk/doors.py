"""How a route of the desk is declared: its address, its method and who may use it, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint
from flask.typing import ResponseReturnValue

from zhiyin.desk.people import ALL_ROLES, Role

desk_pages = Blueprint(
    "desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static", static_url_path="/static"
)
desk_api = Blueprint("desk_api", __name__, url_prefix="/api/desk")

EVERYBODY = ALL_ROLES
REGULATORS = frozenset({Role.REGULATOR})
OVERSEERS = frozenset({Role.REGULATOR, Role.READER})
"""Those who look at firms; a reader of one firm still sees that firm alone."""
SENDERS = frozenset({Role.REGULATOR, Role.FIRM})


@dataclass(frozen=True, slots=True)
class Right:
    """Who may use a route; ``roles`` is None where nobody has to be signed in."""

    roles: frozenset[Role] | None
    whole: bool = False
    """Whether it speaks of all firms at once: then an account of one firm may not use it."""


RIGHTS: dict[str, Right] = {"desk.static": Right(None)}
"""The right of every route by its endpoint: what is not here is refused to everybody."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def door(
    blueprint: Blueprint,
    method: str,
    rule: str,
    roles: frozenset[Role] | None,
    *,
    whole: bool = False,
    name: str = "",
) -> Callable[[View], View]:
    """Open a view at an address for some roles.

    A variable of the rule named submission, firm, item, ruling or trial is looked up for the asker before the view
    runs: what is not theirs is not found. The view takes it by ``things()``.
    """

    def opened(view: View) -> View:
        endpoint = name or view.__name__
        RIGHTS[f"{blueprint.name}.{endpoint}"] = Right(roles, whole)
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])
        return view

    return opened
