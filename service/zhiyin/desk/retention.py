"""The retention rule: for how many years submissions are kept; what is older goes, and its line in the log stays.

With the bytes goes whatever repeats what they say: facts, verdict documents, reports, determinations, figures, deadlines
and faults. What stays is that there was a submission (hash, time, sender) and what it came to, clause by clause.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import blobs, journal, moments
from zhiyin.desk.desk import Desk
from zhiyin.desk.journal import Actor
from zhiyin.desk.schema import firms, kept_settings, submissions, verdicts
from zhiyin.desk.submissions import REMOVED, WAITING
from zhiyin.errors import BadParameter

_YEARS = "retention-years"


def rule(connection: Connection) -> int | None:
    """Return for how many years submissions are kept; None where they are kept for ever."""
    value = connection.execute(
        sa.select(kept_settings.c.value).where(kept_settings.c.name == _YEARS)
    ).scalar_one_or_none()
    return None if value is None else int(value)


def set_rule(connection: Connection, actor: Actor, years: int) -> None:
    """Set the rule."""
    if not 1 <= years <= 100:
        raise BadParameter("years", years, ["1 … 100"])
    before = rule(connection)
    connection.execute(kept_settings.delete().where(kept_settings.c.name == _YEARS))
    connection.execute(kept_settings.insert().values(name=_YEARS, value=str(years)))
    journal.write(connection, actor, "retention.set", "desk", before={"years": before}, after={"years": years})


def apply(desk: Desk, actor: Actor) -> list[str]:
    """Remove what is older than the rule allows and return its names; what stands for a firm now stays."""
    with desk.database.read() as connection:
        years = rule(connection)
        if years is None:
            return []
        oldest = moments.later(days=-365.25 * years)
        latest = sa.select(firms.c.latest).where(firms.c.latest.is_not(None))
        rows = connection.execute(
            sa.select(submissions).where(
                submissions.c.received < oldest,
                submissions.c.state.not_in((REMOVED, WAITING)),
                submissions.c.id.not_in(latest),
            )
        ).all()
    for row in rows:
        with desk.database.write() as connection:
            made = connection.execute(sa.select(verdicts).where(verdicts.c.submission == row.id)).all()
            connection.execute(
                submissions.update()
                .where(submissions.c.id == row.id)
                # The bytes may come again as a submission of their own.
                .values(
                    state=REMOVED,
                    bytes=None,
                    facts=None,
                    scope=f"{row.scope}-{row.id}"[:90],
                    figures="{}",
                    deadlines="[]",
                    faults="[]",
                )
            )
            for name in (row.bytes, row.facts):
                if name is not None:
                    blobs.discard(connection, name)
            for verdict in made:
                for name in (verdict.document, verdict.report, verdict.determinations):
                    if name is not None:
                        blobs.empty(connection, desk.vault, name)
            journal.write(
                connection,
                actor,
                "submission.removed",
                row.id,
                before={"sha256": row.sha256, "received": row.received, "verdicts": [v.id for v in made]},
                after={"rule": f"{years} years"},
            )
    return [row.id for row in rows]
