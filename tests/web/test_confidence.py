"""A submission is confidential: not on the disk, not in a log, not in what comes after it."""

from __future__ import annotations

import builtins
import io
import logging
from typing import Any

import pytest
from werkzeug.formparser import default_stream_factory
from werkzeug.test import Client

SECRET = "绝密示例期货七七四九"


def hostile(sample: bytes) -> bytes:
    """The sample with a name that nothing else holds."""
    text = sample.decode()
    assert "示例" in text
    return text.replace("示例", SECRET).encode()


def multipart(data: bytes, name: str) -> dict[str, Any]:
    """An upload as a browser sends it; the test client's own encoder would spool it to the disk."""
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return {"data": head + data + b"\r\n--edge--\r\n", "content_type": "multipart/form-data; boundary=edge"}


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect every file that is opened for writing."""
    written: list[str] = []
    plain, plain_io = builtins.open, io.open

    def watched(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:  # noqa: ANN401
        if set(mode) & set("wax+") and not isinstance(file, int):
            written.append(str(file))
        return plain(file, mode, *args, **named)

    assert plain is plain_io
    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(io, "open", watched)
    return written


def test_upload_is_kept_nowhere(
    client: Client,
    sample: bytes,
    no_files: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    no_files.clear()
    # Werkzeug would spool what is larger than 500 KB to the disk.
    large = hostile(sample) + b"\n# " + b"x" * 1_200_000
    form = multipart(large, f"{SECRET}.ttl")
    api = client.post("/api/validate", **form)
    assert api.status_code == 200
    assert SECRET in api.get_data(as_text=True)
    page = client.post("/validate", **form)
    assert page.status_code == 200
    broken = client.post("/api/validate", data=hostile(sample)[:-40] + b" <<<", content_type="text/turtle")
    assert broken.status_code == 400
    assert no_files == []
    output = capfd.readouterr()
    assert SECRET not in caplog.text + output.out + output.err
    for response in (api, page):
        assert response.headers["Cache-Control"] == "no-store"


def test_submission_is_in_no_later_answer(client: Client, sample: bytes) -> None:
    client.post("/api/validate", data=hostile(sample), content_type="text/turtle")
    for address in (
        "/metrics",
        "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20FILTER(CONTAINS(STR(%3Fo),%22%E7%BB%9D%E5%AF%86%22))%20%7D",
        "/validate",
    ):
        assert SECRET not in client.get(address).get_data(as_text=True)


def test_what_the_framework_would_do_is_noticed(no_files: list[str]) -> None:
    no_files.clear()
    with default_stream_factory(1_200_000, None, None) as stream:
        stream.write(b"x" * 1_200_000)
        assert no_files
