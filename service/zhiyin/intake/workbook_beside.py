"""What lies beside the cells of a workbook in (comments, drawings, embedded files), what the sender put there told.

Nothing there is read as a fact, so nothing there may look as if it had been said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from zhiyin.errors import BadSubmission, Message
from zhiyin.form.form import Form
from zhiyin.form.own_words import own_notes
from zhiyin.form.workbook_layout import MARK
from zhiyin.intake.cell_values import plain
from zhiyin.intake.workbook_archive import Archive
from zhiyin.intake.workbook_cells import WorkbookCells, column_letters, stripped
from zhiyin.intake.workbook_parts import relations_beside
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_xml import Attributes, read_elements
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules

_MOST = 30
"""So many things beside the cells are told one by one on a sheet; of the rest their places."""
_OUR_AUTHOR = "zhiyin"
_THREADED = re.compile(r"^\[(threaded comment|线程批注|会话批注|批注线程|对话批注)\]", re.IGNORECASE)
"""How the note begins that stands in for a conversation where a program knows none."""
_COMMENT = Message("批注", "comment")
_PICTURE = Message("图片", "picture")
_BOX = Message("文本框", "text box")
_SHAPE = Message("形状", "shape")
_CONTROL = Message("控件", "control")
_UNREADABLE = Message("批注或图形（已损坏或过大，未能查看）", "comments or drawings (damaged or too large to look at)")
_DRAWN = {
    "pic": _PICTURE,
    "graphicFrame": Message("图表或图示", "chart or diagram"),
    "contentPart": Message("手写墨迹", "ink"),
    "cxnSp": Message("线条", "line"),
    "sp": _SHAPE,
}
_ATTACHED = {
    "image": Message("背景图片", "background picture"),
    "oleObject": Message("嵌入的文件", "embedded file"),
    "package": Message("嵌入的文件", "embedded file"),
}
_PAGE = Message("页眉或页脚", "head or foot of the printed page")
_CODES = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&K\d\d[+-]\d{3}|&\d+|&.')
"""What a head or foot holds beside words: fonts, sizes, colours, the number of the page."""
_NUMBERED = frozenset({"", "第页", "第页共页", "第页/共页", "page", "pageof", "-", "--", "/"})
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing beside the cells: what it is, the cell at which it stands, its text."""

    what: Message
    cell: str | None
    text: str


def tell_beside(book: WorkbookCells, chosen: Form, said: Statements, *, current: bool) -> None:
    """Tell every comment, drawing, embedded file and page head of the sheets that have been read, which did not come with the form ``chosen``, nor with our answer to it.

    Of a form that is not today's the comments of its own hand are passed over: nobody knows any more what they said.
    """
    own = _own(chosen.rules, chosen.tier)
    for title in book.titles:
        found = list(dict.fromkeys(_of_sheet(book.archive, book.part(title), own, said.source, current)))
        found += dict.fromkeys(_of_pages(book.page_texts.get(title, ())))
        for each in found[:_MOST]:
            _tell(title, each, said)
        rest = found[_MOST:]
        if rest:
            places = "、".join(dict.fromkeys(each.cell for each in rest if each.cell))
            said.notice(
                "not-read",
                title,
                rest[0].cell,
                Message(
                    f"还有 {len(rest)} 处批注或图形没有参与评定（{places}）",
                    f"{len(rest)} more comments or drawings were not judged ({places})",
                ),
                found=rest[0].text,
                remedy=_CURE,
            )


def _of_pages(texts: Iterable[str]) -> Iterator[Beside]:
    for text in texts:
        words = stripped(_CODES.sub(" ", text))
        if re.sub(r"[\s,，。.]+", "", words).casefold() not in _NUMBERED:
            yield Beside(_PAGE, None, re.sub(r"\s+", " ", words))


_CURE = Message("须算数的请写到应填的格子里", "write what should count into the cells that ask for it")


def _tell(title: str, each: Beside, said: Statements) -> None:
    shown = each.text if len(each.text) <= 40 else each.text[:40] + "…"
    at = f" {each.cell} " if each.cell else ""
    said.notice(
        "not-read",
        title,
        each.cell,
        Message(
            f"{at.lstrip()}{'的' if at else ''}{each.what.zh}{f'“{shown}”' if shown else ''}没有参与评定",
            f"the {each.what.en}{f' at {each.cell}' if each.cell else ''}{f' ({shown!r})' if shown else ''} was not judged",
        ),
        found=each.text,
        remedy=_CURE,
    )


@once
def _own(rules: Rules, tier: int) -> frozenset[str]:
    from zhiyin.form.form import form

    return frozenset(plain(line) for line in own_notes(form(rules, tier))) | {plain(f"{_OUR_AUTHOR}:")}


def _of_sheet(archive: Archive, part: str, own: Collection[str], source: str, current: bool) -> Iterator[Beside]:
    """Yield what stands beside the cells of the sheet in ``part``, its conversations before what stands in for them."""
    threads: dict[str, list[str]] = {}
    drawn: set[str] = set()
    order = ("threadedComment", "comments", "drawing", "vmlDrawing", *_ATTACHED)
    related = [each for each in relations_beside(archive, part, source) if each[1] in order]
    for path, kind in sorted(related, key=lambda each: order.index(each[1])):
        if kind in _ATTACHED:
            yield Beside(_ATTACHED[kind], None, "")
            continue
        data = archive.aside(path)
        try:
            if data is None:
                raise BadSubmission(_UNREADABLE.zh, _UNREADABLE.en)
            if kind == "threadedComment":
                for cell, text in _threads(data, source):
                    threads.setdefault(cell, []).append(text)
                for cell, texts in threads.items():
                    yield Beside(_COMMENT, cell, "\n".join(texts))
            elif kind == "comments":
                yield from _comments(data, own, threads, source, current)
            elif kind == "drawing":
                for each in _drawn(data, source):
                    drawn.add(plain(each.text))
                    yield each
            else:
                yield from (each for each in _controls(data) if not (each.text and plain(each.text) in drawn))
        except BadSubmission:
            yield Beside(_UNREADABLE, None, "")


def _comments(
    data: bytes, own: Collection[str], threads: Collection[str], source: str, current: bool
) -> Iterator[Beside]:
    """Yield the comments with what in them is neither the form's nor our answer's."""
    authors: list[str] = []
    found: list[tuple[str, str, str]] = []
    text: list[str] = []
    state = {"ref": "", "author": "", "reading": False, "phonetic": False}

    def start(name: str, attributes: Attributes) -> None:
        if name in ("author", "comment"):
            text.clear()
        if name == "comment":
            state["ref"], state["author"] = attributes.get("ref", ""), attributes.get("authorId", "")
        elif name == "rPh":
            state["phonetic"] = True
        state["reading"] = name == "author" or (name == "t" and not state["phonetic"])

    def end(name: str) -> None:
        state["reading"] = False
        if name == "author":
            authors.append("".join(text).strip())
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "comment":
            index = str(state["author"])
            by = authors[int(index)] if index.isdigit() and len(index) < 6 and int(index) < len(authors) else ""
            found.append((str(state["ref"]), by, "".join(text)))

    def characters(piece: str) -> None:
        if state["reading"]:
            text.append(piece)

    read_elements(data, start, end, characters, source=source)
    for ref, by, whole in found:
        if ref in threads or (not current and by in ("", _OUR_AUTHOR)):
            continue
        typed = _typed(whole, by, own)
        if typed:
            yield Beside(_COMMENT, ref or None, typed)


def _typed(whole: str, by: str, own: Collection[str]) -> str:
    """Return the lines of a comment that are neither the form's, our answer's nor the name of who wrote them."""
    lines = [stripped(line) for line in whole.partition(MARK)[0].splitlines()]
    if lines and by and plain(lines[0]) in (plain(f"{by}:"), plain(f"{by}：")):
        lines = lines[1:]
    kept = [line for line in lines if line and plain(line) not in own]
    if kept and by in ("", _OUR_AUTHOR) and len(kept) < sum(map(bool, lines)):
        kept = [line for line in kept if not _is_worded_anew(plain(line), own)]
    if kept and _THREADED.match(kept[0]):
        kept = [line for line in kept[1:] if "go.microsoft.com" not in line]
    return "\n".join(kept)


def _is_worded_anew(line: str, own: Collection[str]) -> bool:
    """Return whether a line of a comment of ours is what the form said before it was worded anew: more alike than not."""
    pairs = _pairs(line)
    near = (_pairs(other) for other in own if len(line) < 3 * len(other) and len(other) < 3 * len(line))
    return any(2 * len(pairs & other) > len(pairs | other) for other in near)


def _pairs(line: str) -> frozenset[str]:
    return frozenset(line[at : at + 2] for at in range(len(line) - 1))


def _threads(data: bytes, source: str) -> Iterable[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    text: list[str] = []
    ref: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "threadedComment":
            ref[:] = [attributes.get("ref", "")]
            text.clear()

    def end(name: str) -> None:
        if name == "threadedComment":
            found.append((ref[0], stripped("".join(text))))

    read_elements(data, start, end, text.append, source=source)
    return found


class _Drawing:
    """Collects what stands on a sheet while the XML of its drawing passes by."""

    def __init__(self) -> None:
        self.found: list[Beside] = []
        self._what: Message | None = None
        self._corner: dict[str, str] = {}
        self._text: list[str] = []
        self._named = ""
        self._inside = ""
        self._fallback = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Fallback":
            self._fallback += 1
        elif name in _ANCHORS:
            self._what, self._named = None, ""
            self._corner.clear()
            self._text.clear()
        if self._fallback:
            return
        if name in _DRAWN and self._what is None:
            self._what = _DRAWN[name]
        elif name == "cNvSpPr" and attributes.get("txBox") in ("1", "true"):
            self._what = _BOX
        elif name == "cNvPr":
            self._named = self._named or attributes.get("descr", "")
        elif name == "p":
            self._text.append("\n")
        self._inside = name

    def end(self, name: str) -> None:
        self._inside = ""
        if name == "Fallback":
            self._fallback -= 1
        elif name in _ANCHORS and self._what is not None:
            text = stripped("".join(self._text))
            what = _BOX if self._what is _SHAPE and text else self._what
            self.found.append(Beside(what, self._cell(), text or stripped(self._named)))

    def characters(self, piece: str) -> None:
        if self._fallback:
            return
        if self._inside == "t":
            self._text.append(piece)
        elif self._inside in ("col", "row"):
            # The first corner alone says where a thing stands.
            self._corner.setdefault(self._inside, piece.strip())

    def _cell(self) -> str | None:
        column, row = self._corner.get("col", ""), self._corner.get("row", "")
        if not (column.isdigit() and row.isdigit() and len(column) < 6 and len(row) < 8):
            return None
        return f"{column_letters(int(column) + 1)}{int(row) + 1}"


def _drawn(data: bytes, source: str) -> list[Beside]:
    drawing = _Drawing()
    read_elements(data, drawing.start, drawing.end, drawing.characters, source=source)
    return drawing.found


def _controls(data: bytes) -> Iterator[Beside]:
    """Yield the shapes of the older drawing format that hold no comment: controls, and pictures in a page's head.

    It is no well-formed XML in every program, so it is taken apart by its tags.
    """
    for piece in data.split(b"<v:shape ")[1:]:
        shape = piece.partition(b"</v:shape>")[0].decode("utf-8", "replace")
        kind = _between(shape, 'ObjectType="', '"')
        if kind == "Note":
            continue
        anchor = [part.strip() for part in _between(shape, "<x:Anchor>", "</x:Anchor>").split(",")]
        at = None
        if len(anchor) > 2 and all(part.isdigit() and len(part) < 8 for part in (anchor[0], anchor[2])):
            at = f"{column_letters(int(anchor[0]) + 1)}{int(anchor[2]) + 1}"
        text = unescape(re.sub(r"<[^<>]*>", "", _between(shape, "<v:textbox", "</v:textbox>").partition(">")[2]))
        picture = kind in ("", "Pict") or "<v:imagedata" in shape
        yield Beside(_PICTURE if picture else _CONTROL, at, stripped(re.sub(r"\s+", " ", text)))


def _between(text: str, first: str, last: str) -> str:
    return text.partition(first)[2].partition(last)[0] if first in text else ""
