"""``POST /api/cite-check`` and the page 引用核验, over the real site."""

from __future__ import annotations

import io

import pytest
from werkzeug.test import Client

FAULTY = "根据指引4.2.1.5条，机房录像至少保存60天。"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_text_json_and_multipart_are_taken_alike(client: Client) -> None:
    plain = client.post("/api/cite-check", data=FAULTY.encode(), content_type="text/plain; charset=utf-8")
    as_json = client.post("/api/cite-check", json={"text": FAULTY})
    upload = client.post("/api/cite-check", data={"file": (io.BytesIO(FAULTY.encode()), "policy.md")})
    assert plain.status_code == as_json.status_code == upload.status_code == 200
    assert plain.json == as_json.json == upload.json
    assert plain.json is not None
    assert [s["verdict"] for s in plain.json["statements"]] == ["figure-differs"]
    assert plain.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "media"),
    [("text/csv", "text/csv"), ("text/html", "text/html"), (DOCX, DOCX), ("*/*", "application/json")],
)
def test_the_form_follows_accept(client: Client, accept: str, media: str) -> None:
    response = client.post("/api/cite-check", data=FAULTY.encode(), headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "text/plain", 400),
        (b"  \n", "text/plain", 400),
        (b"{}", "application/json", 400),
        (b"\x00\x01", "text/plain", 400),
    ],
)
def test_what_cannot_be_checked_is_refused_with_what_to_do(
    client: Client, body: bytes, media: str, status: int
) -> None:
    response = client.post("/api/cite-check", data=body, content_type=media)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    assert response.json["message"]["zh"]


def test_a_huge_text_is_refused(client: Client) -> None:
    assert client.post("/api/cite-check", data=("指引" * 150_000).encode()).status_code == 413


def test_an_unknown_format_is_refused(client: Client) -> None:
    assert client.post("/api/cite-check?format=pdf", data=FAULTY.encode()).status_code == 400


def test_the_page_marks_the_text_and_gives_downloads(client: Client) -> None:
    assert client.get("/cite-check").status_code == 200
    page = client.post("/cite-check", data={"text": FAULTY + "<b>"})
    body = page.get_data(as_text=True)
    assert '<mark class="fault"' in body
    assert "<b>" not in body
    again = body.split('name="again" value="')[1].split('"')[0]
    for form, media in (("csv", "text/csv"), ("docx", DOCX), ("json", "application/json"), ("html", "text/html")):
        file = client.post("/cite-check", data={"again": again, "format": form})
        assert file.status_code == 200
        assert file.mimetype == media
    assert client.post("/cite-check", data={"text": " "}).status_code == 400
    assert client.post("/cite-check", data={"again": "%%"}).status_code == 400
