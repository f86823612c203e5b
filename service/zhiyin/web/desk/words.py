"""What the desk's templates share: labels of states and roles, local times, the form's secret, simple drawings."""

from __future__ import annotations

from flask import Flask, g, render_template

from zhiyin.desk import moments, remedies, rulings, sector, submissions
from zhiyin.desk.duties import law_left
from zhiyin.desk.people import ROLE_LABELS, Role
from zhiyin.law.outcome import OUTCOME_LABELS
from zhiyin.report.words import value_words
from zhiyin.validation.policy import STATUS_LABELS, TierStatus
from zhiyin.web.catalogue_api import catalogue
from zhiyin.web.desk.editions import catalogue_of, clause_address, edition_word, offered
from zhiyin.web.desk.gate import desk, person, session
from zhiyin.web.language import current, say, told

_ROLE_WORDS = {Role.REGULATOR: "regulator", Role.FIRM: "firm", Role.READER: "reader"}
CAUSES = {"receipt": ("收到", "receipt"), "ruling": ("认定", "ruling"), "review": ("复核", "review")}
ENTRY_KINDS = {
    "answer": ("答复", "answer"),
    "note": ("监管意见", "note"),
    "change": ("变更", "change"),
    "closed": ("销项", "closed"),
}


def word_of(table: dict[str, tuple[str, str]], key: str) -> str:
    """Return a state's word in the page's language."""
    zh, en = table.get(key, (key, key))
    return say(zh, en)


def shown(template: str, **values: object) -> str:
    """Return a page of the desk."""
    held = session()
    return render_template(
        f"desk/{template}",
        me=person(),
        csrf=held.csrf if held else "",
        catalogue=catalogue(),
        today=moments.today().isoformat(),
        **values,
    )


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        desk_open=True,
        local_time=moments.local,
        plainly=sector.plainly,
        submission_state=lambda s: word_of(submissions.STATE_LABELS, s),
        ruling_state=lambda s: word_of(rulings.STATE_LABELS, s),
        item_state=lambda s: word_of(remedies.STATE_LABELS, s),
        cause_word=lambda s: word_of(CAUSES, s),
        entry_word=lambda s: word_of(ENTRY_KINDS, s),
        role_word=lambda role: say(ROLE_LABELS[role], _ROLE_WORDS[role]),
        desk_status=lambda s: say(STATUS_LABELS[TierStatus(s)], s),
        outcome_labels=OUTCOME_LABELS,
        value_told=lambda v, clauses="": told(value_words(v, law_left(desk().law, clauses).vocabulary)),
        edition_word=edition_word,
        clause_address=clause_address,
        catalogue_of=catalogue_of,
        editions_offered=offered,
        both=lambda d: "" if not d else str(d["en" if current() == "en" else "zh"]),
    )

    @app.context_processor
    def _me() -> dict[str, object]:
        return {"desk_person": g.get("desk_person")}
