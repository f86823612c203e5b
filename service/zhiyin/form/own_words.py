"""A form in, every text out that it writes itself where nothing is read: all else there someone typed."""

from __future__ import annotations

from collections.abc import Iterator

from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form.clauses import clauses_of, section_titles
from zhiyin.form.form import Form
from zhiyin.form.self_check import OWN_WORDS as SELF_CHECK_WORDS
from zhiyin.form.workbook_examples import LEAD, example_of
from zhiyin.form.workbook_guide import CLAUSE_COLUMNS, LINES, title_of
from zhiyin.form.workbook_inputs import clause_note, example_note
from zhiyin.form.workbook_sheets import DOCUMENT_KEYS, DOCUMENTS_HEAD
from zhiyin.form.workbook_statement_sheets import ADDED_ROW, CHECKED_SUFFIXES, INTERVAL_NOTE, PERIOD_NOTE, PROOF_NOTE
from zhiyin.form.workbook_things import SHARED_NOTE, list_head, shared_words
from zhiyin.law.vocabulary import Term, Vocabulary


def own_words(chosen: Form) -> frozenset[str]:
    """Return the texts: headings, labels, explanations, clauses, the words of states."""
    return frozenset(word for word in _words(chosen) if word)


def own_notes(chosen: Form) -> frozenset[str]:
    """Return the lines of the comments that the form comes with."""
    known, titles, rules = chosen.vocabulary, layout.sheet_titles(chosen), chosen.rules
    notes = [
        SHARED_NOTE,
        PROOF_NOTE,
        INTERVAL_NOTE,
        PERIOD_NOTE,
        LEAD,
        *(clause_note(clause) for clause in clauses_of(rules, chosen.tier).values()),
    ]
    for cls, terms in (("", chosen.company), *((sheet.cls.iri, sheet.columns) for sheet in chosen.sheets)):
        for term in terms:
            notes += [
                term.comment.zh,
                layout.allowed_text(term, titles, known) or "",
                layout.clause_text(term.needed_by),
            ]
            notes.append(example_note(example_of(rules, chosen.tier, term, cls)))
    return frozenset(line for note in notes for line in note.splitlines() if line)


def _words(chosen: Form) -> Iterator[str]:
    titles = layout.sheet_titles(chosen)
    yield from (title_of(chosen.tier), *LINES, *CLAUSE_COLUMNS, *SELF_CHECK_WORDS, DOCUMENTS_HEAD, ADDED_ROW)
    yield from DOCUMENT_KEYS
    yield from (layout.GUIDE, layout.COMPANY_SHEET, *layout.UNREAD, *titles.values())
    yield from (layout.DOCUMENTS, layout.PRACTICES, layout.TASKS, layout.RECORDS)
    yield from (
        "tier",
        str(chosen.tier),
        "edition",
        layout.edition(chosen),
        "layout",
        layout.LAYOUT,
        "各表（点击前往）",
    )
    for columns in (
        *(layout.COMPANY_COLUMNS, layout.DOCUMENT_COLUMNS, layout.PRACTICE_COLUMNS, layout.TASK_COLUMNS),
        *(layout.RECORD_COLUMNS, layout.SIDE_COLUMNS),
    ):
        yield from columns
    yield "、".join(str(each) for each in chosen.rules.edition.tiers)
    yield from layout.EARLIER_WORDS
    for label, (_, explanation) in layout.SELF_ROWS.items():
        yield from (label, explanation)
    for clause in clauses_of(chosen.rules, chosen.tier).values():
        yield from (clause.number, str(clause.obligation), clause.text)
    yield from (f"{number} {title}" for number, title in section_titles(chosen.rules, chosen.tier).items())
    for sheet in chosen.sheets:
        title = titles[sheet.cls.iri]
        yield from (f"“{title}”已列全", *list_head(chosen, sheet), shared_words(sheet))
        yield f"{sheet.cls.comment.zh}本表不要求声明列全。"  # what forms said before
        for column in layout.columns(chosen, sheet):
            yield from (column.title, column.key, f"{title}·{column.title}")
    yield from (states.COMPLETE, states.IMPOSSIBLE, states.DENIED, states.EXCEPTED, states.TAKES_PLACE, states.LATE)
    yield from (states.PROVED_EXCEPTED, states.NOT_DONE, states.UNTOLD, layout.ALL, "文件不全")
    for term in chosen.vocabulary.terms.values():
        yield from _of_term(term, titles, chosen.vocabulary)


def _of_term(term: Term, titles: dict[str, str], known: Vocabulary) -> Iterator[str]:
    yield from (term.label.zh, layout.column_title(term, known), layout.unit_of(term, known), term.local)
    yield layout.clause_text(term.needed_by)
    yield from (layout.allowed_text(term, titles, known) or "", layout.allowed_text(term, None, known) or "")
    yield from (term.comment.zh + suffix for suffix in ("", *CHECKED_SUFFIXES))
    for about in (layout.COMPANY_ITSELF, *(layout.ALL + known.terms[cls].label.zh for cls in term.practice_of)):
        yield f"{about}·{term.label.zh}"
