"""``zhiyin doctor``: whether the service can run here, one line a check, each fault with its remedy."""

from __future__ import annotations

import hashlib
import importlib
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say
from zhiyin.errors import ZhiyinError

_LEAST_MEMORY: Final = 600 << 20
_LEAST_ROOM: Final = 200 << 20
_PACKAGES: Final = ("pyoxigraph", "rdflib", "pyshacl", "shacl", "flask", "granian", "openpyxl", "jieba", "numpy")
_FONTS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
)
_CHINESE: Final = (
    "cjk",
    "noto",
    "wqy",
    "wenquan",
    "droidsansfallback",
    "sourcehan",
    "simsun",
    "pingfang",
    "uming",
    "ukai",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: ``state`` is ok, warning or fault; the text holds the remedy where there is one."""

    name: str
    state: str
    text: str


@click.command(
    cls=BilingualCommand,
    help=say(
        "检查本机能否运行服务：缓存目录、端口、字体、内存、版本、引擎、图谱的散列。有故障时退出码为 2。",
        "Check whether the service can run here: cache, port, fonts, memory, versions, engines, the graph's hash. "
        "Exits 2 where something is at fault.",
    ),
)
@click.option("--host", help=say("监听地址。", "Address to listen on."))
@click.option("--port", type=click.IntRange(1, 65535), help=say("监听端口。", "Port to listen on."))
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出。", "Print JSON."))
def command(host: str | None, port: int | None, as_json: bool) -> int:
    """Run the command."""
    found = list(_findings(host, port))
    if as_json:
        rows = [{"name": row.name, "state": row.state, "text": row.text} for row in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        marks = {"ok": say("好", "ok"), "warning": say("注意", "note"), "fault": say("故障", "FAULT")}
        for row in found:
            click.echo(f"[{marks[row.state]}] {row.name}: {row.text}")
    return 2 if any(row.state == "fault" for row in found) else 0


def _findings(host: str | None, port: int | None) -> Iterator[Finding]:
    for name, check in (
        (say("版本", "versions"), _versions),
        (say("设置", "settings"), _settings),
        (say("缓存目录", "cache"), _cache),
        (say("临时目录", "temporary folder"), _temporary),
        (say("端口", "port"), lambda: _port(host, port)),
        (say("内存", "memory"), _memory),
        (say("控制台", "console"), _console),
        (say("字体", "fonts"), _fonts),
        (say("引擎", "engines"), _engines),
        (say("图谱", "graph"), _graph),
    ):
        try:
            state, text = check()
        except ZhiyinError as error:
            state, text = "fault", say(error.message.zh, error.message.en)
        except OSError as error:
            state, text = "fault", f"{type(error).__name__}: {error.strerror or error}"
        yield Finding(name, state, text)


Check = Callable[[], tuple[str, str]]


def _versions() -> tuple[str, str]:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    head = f"zhiyin {_own_version()}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    absent = [name for name in missing if name != "shacl"]
    if absent:
        remedy = say(f"缺少 {' '.join(absent)}，请重新安装", f"missing: {' '.join(absent)}; install again")
        return "fault", f"{head}; {remedy}"
    return "ok", f"{head}; {', '.join(found)}"


def _own_version() -> str:
    from zhiyin import __version__

    return __version__


def _settings() -> tuple[str, str]:
    from zhiyin.settings import Settings

    return "ok", repr(Settings.from_environment())


def _cache() -> tuple[str, str]:
    from zhiyin import resources

    folder = resources.cache_folder()
    free = shutil.disk_usage(folder).free
    if free < _LEAST_ROOM:
        return "warning", say(f"{folder} 只剩 {free >> 20} MiB", f"only {free >> 20} MiB left in {folder}")
    return "ok", f"{folder} ({free >> 20} MiB)"


def _temporary() -> tuple[str, str]:
    with tempfile.TemporaryDirectory(prefix="zhiyin-doctor-") as folder:
        free = shutil.disk_usage(folder).free
        Path(folder, "written").write_bytes(b"\0" * 4096)
    where = Path(folder).parent
    if free < _LEAST_ROOM:
        return "warning", say(
            f"{where} 只剩 {free >> 20} MiB，可用 TMPDIR 指定别处",
            f"only {free >> 20} MiB left in {where}; TMPDIR names another",
        )
    return "ok", f"{where} ({free >> 20} MiB)"


def _port(host: str | None, port: int | None) -> tuple[str, str]:
    from zhiyin.server.listening import check_address
    from zhiyin.settings import Settings

    settings = Settings.from_environment(host=host, port=port)
    check_address(settings.host, settings.port)
    return "ok", say(f"{settings.host}:{settings.port} 空闲", f"{settings.host}:{settings.port} is free")


def _memory() -> tuple[str, str]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return "warning", say("无法得知", "cannot be told here")
    sizes = {line.split(":")[0]: int(line.split()[1]) << 10 for line in lines if line.endswith("kB")}
    free = sizes.get("MemAvailable", 0)
    limit = _container_limit()
    shown = say(f"可用 {free >> 20} MiB", f"{free >> 20} MiB available")
    if limit is not None:
        free = min(free, limit)
        shown += say(f"，容器上限 {limit >> 20} MiB", f", the container's limit is {limit >> 20} MiB")
    if free < _LEAST_MEMORY:
        return "warning", shown + say("；服务约需 600 MiB", "; the service takes some 600 MiB")
    return "ok", shown


def _container_limit() -> int | None:
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit() and int(text) < 1 << 50:
            return int(text)
    return None


def _console() -> tuple[str, str]:
    encoding = sys.stdout.encoding or "?"
    try:
        "指引•→".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "warning", say(f"{encoding}：显示不了的字以“?”代替", f"{encoding}: what it lacks is shown as '?'")
    return "ok", encoding


def _fonts() -> tuple[str, str]:
    for place in _FONTS:
        folder = Path(place).expanduser()
        if folder.is_dir():
            for file in folder.rglob("*"):
                if any(word in file.name.lower() for word in _CHINESE):
                    return "ok", file.name
    return "warning", say(
        "没有找到中文字体：只影响在本机打印与截图，网页由浏览器的字体显示（Debian：apt install fonts-noto-cjk）",
        "no Chinese font was found: it matters for printing and pictures made here alone (Debian: apt install fonts-noto-cjk)",
    )


def _engines() -> tuple[str, str]:
    import pyoxigraph

    rows = list(pyoxigraph.Store().query("SELECT (1 + 1 AS ?two) {}"))  # type: ignore[arg-type]
    if len(rows) != 1:
        return "fault", say("SPARQL 引擎不能回答", "the SPARQL engine does not answer")
    from zhiyin.validation.engine import fallback

    slow = fallback()
    if slow is not None:
        return "warning", say(slow.zh, slow.en)
    importlib.import_module("shacl")
    return "ok", "pyoxigraph, shacl, pyshacl"


def _graph() -> tuple[str, str]:
    from zhiyin.composition import find_graph

    path = find_graph()
    if path is None:
        return "warning", say(
            "尚未建成，首次启动时会建（约半分钟）；或运行 zhiyin build",
            "not built yet: the first start builds it in some 30 s, or run zhiyin build",
        )
    return "ok", f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"
