"""The desk's edge: pages below ``/desk`` and the API below ``/api/desk``, each route with the rights it says."""

from __future__ import annotations

from flask import Flask

from zhiyin.desk.desk import Desk
from zhiyin.services import Services


def attach(app: Flask, services: Services, desk: Desk | None = None) -> None:
    """Open a desk to ``app``: the one at the place that the settings name, unless one is given."""
    from zhiyin.composition.desk import served_desk
    from zhiyin.composition.desk_asking import Asking, served_asking
    from zhiyin.web.desk import (
        account,
        asking,
        calendar,
        comparison,
        entrance,
        firms,
        gate,
        items,
        log,
        pages,
        reports,
        rulings,
        sector,
        submissions,
        trials,
        words,
    )
    from zhiyin.web.desk.doors import desk_api, desk_pages

    modules = (
        *(account, asking, calendar, comparison, entrance, firms, items, log, pages, reports, rulings, sector),
        *(submissions, trials),
    )
    if desk is None:
        desk = served_desk(services.settings.desk)
        stores = served_asking(services.settings)
    else:
        stores = Asking(desk, services.settings)
    stores.search = services.sparql.search
    app.extensions["zhiyin.desk"] = desk
    app.extensions["zhiyin.desk.asking"] = stores
    gate.register(app)
    words.register(app)
    app.register_blueprint(desk_pages)
    app.register_blueprint(desk_api)
    # Their views are what the blueprints hold: named here, so that none is forgotten.
    app.extensions["zhiyin.desk.modules"] = modules
