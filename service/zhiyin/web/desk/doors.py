"""How a route of the desk is declared: its address, its method and who may use it, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
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
    asks_only: bool = False
    """Whether a POST changes nothing, so that it needs no form of ours: a query that is posted."""
    in_person: bool = False
    """Whether a session is asked for: a token neither makes others nor changes how one signs in."""


RIGHTS: dict[str, Right] = {"desk.static": Right(None)}
"""The right of every route by its endpoint: what is not here is refused to everybody."""

_LOOKED_UP = ("submission", "other", "firm", "item", "ruling", "trial")
"""Variables of an address that the gate looks up: the view takes the thing, not its name."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def door(
    blueprint: Blueprint,
    method: str,
    rule: str,
    roles: frozenset[Role] | None,
    *,
    whole: bool = False,
    asks_only: bool = False,
    in_person: bool = False,
) -> Callable[[View], View]:
    """Open a view at an address for some roles.

    A variable of the rule named submission, other, firm, item, ruling or trial is looked up for the asker before the
    view runs: what is not theirs is not found. The view takes the thing itself from the gate.
    """

    def opened(view: View) -> View:
        RIGHTS[f"{blueprint.name}.{view.__name__}"] = Right(roles, whole, asks_only, in_person)
        blueprint.add_url_rule(rule, view.__name__, _without_arguments(view), methods=[method])
        return view

    return opened


def _without_arguments(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    @wraps(view)
    def called(**named: str) -> ResponseReturnValue:
        return view(**{name: value for name, value in named.items() if name not in _LOOKED_UP})

    return called
