"""The workbook's own parts in, its sheets, their parts and its shared texts out."""

from __future__ import annotations

from zhiyin.errors import BadSubmission, Place
from zhiyin.intake.cell_looks import is_on
from zhiyin.intake.workbook_archive import Archive, damaged
from zhiyin.intake.workbook_xml import Attributes, read_elements, unescaped


def root_of(archive: Archive, source: str) -> str:
    """Return the path of the workbook's own part, ``xl/workbook.xml`` by nearly all programs."""
    if "_rels/.rels" in archive:
        for path, kind in dict(_relation_rows(archive.part("_rels/.rels"), "", source)).values():
            if kind == "officeDocument" and path in archive:
                return path
    return "xl/workbook.xml"


def sheets_of(archive: Archive, root: str, source: str) -> tuple[list[tuple[str, str]], set[str], bool]:
    """Return title and relation of each sheet, the titles of the hidden ones, and whether days count from 1904."""
    found: list[tuple[str, str]] = []
    hidden: set[str] = set()
    epochs: list[bool] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            found.append((attributes.get("name", ""), relation))
            if attributes.get("state", "visible") != "visible":
                hidden.add(attributes.get("name", ""))
        elif name == "workbookPr":
            epochs.append(attributes.get("date1904", "0") in ("1", "true"))

    read_elements(archive.part(root), start, lambda _: None, source=source, part=root)
    if not found:
        raise damaged(source, None, "没有工作表", "it has no sheets")
    titles = [title for title, _ in found]
    if len(set(titles)) < len(titles):
        twice = next(title for title in titles if titles.count(title) > 1)
        raise BadSubmission(
            f"有两个工作表都叫“{twice}”；请删去或改名",
            f"two sheets are called '{twice}'; delete or rename one",
            place=Place(source=source or None, sheet=twice),
        )
    return found, hidden, any(epochs)


def relations_of(archive: Archive, root: str, source: str) -> list[tuple[str, tuple[str, str]]]:
    """Return the relations of the workbook part: id to path and kind."""
    folder, _, name = root.rpartition("/")
    path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    return _relation_rows(archive.part(path), folder, source)


def relations_beside(archive: Archive, part: str, source: str) -> list[tuple[str, str]]:
    """Return path and kind of what a sheet's part relates to, nothing where that cannot be read."""
    folder, _, name = part.rpartition("/")
    data = archive.aside(f"{folder}/_rels/{name}.rels")
    try:
        return [] if data is None else [each for _, each in _relation_rows(data, folder, source)]
    except BadSubmission:
        return []


def _relation_rows(data: bytes, folder: str, source: str) -> list[tuple[str, tuple[str, str]]]:
    rows: list[tuple[str, tuple[str, str]]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            rows.append((attributes.get("Id", ""), (_resolved(folder, attributes.get("Target", "")), kind)))

    read_elements(data, start, lambda _: None, source=source, part="rels")
    return rows


def _resolved(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    parts = [] if target.startswith("/") else [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def shared_strings(archive: Archive, path: str, source: str) -> tuple[list[str], set[int]]:
    """Return the shared texts, and which of them are struck out in part or whole."""
    strings: list[str] = []
    struck: set[int] = set()
    current: list[str] = []
    state = {"reading": False, "phonetic": False}

    def start(name: str, attributes: Attributes) -> None:
        if name == "t":
            state["reading"] = not state["phonetic"]
        elif name == "strike" and is_on(attributes):
            struck.add(len(strings))
        elif name == "rPh":
            state["phonetic"] = True

    def end(name: str) -> None:
        if name == "t":
            state["reading"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescaped("".join(current)))
            current.clear()

    def characters(text: str) -> None:
        if state["reading"]:
            current.append(text)

    read_elements(archive.part(path), start, end, characters, source=source, part=path)
    return strings, struck
