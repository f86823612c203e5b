"""Finds the project's top-level data (text, ontology, shapes, queries) in a checkout and in an installed wheel."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from zhiyin.errors import CacheError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent
_BUNDLED = _PACKAGE / "_bundled"

GUIDELINE_TEXT = "data/guideline/期货公司信息技术管理指引.txt"


@cache
def root() -> Path:
    """Return the folder that holds ``data/``, ``ontology/``, ``shapes/`` and ``queries/``.

    A wheel carries them inside the package; a checkout has them beside ``service/``.
    """
    if (_BUNDLED / "ontology").is_dir():
        return _BUNDLED
    if (_CHECKOUT / "ontology").is_dir() and (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT
    raise FileNotFoundError(f"no ontology folder in {_BUNDLED} or {_CHECKOUT}: the installation is incomplete")


def path(name: str) -> Path:
    """Return the path of the resource ``name``, written with forward slashes from the root."""
    return root() / name


def turtle_files(*folders: str) -> list[Path]:
    """Return the ``.ttl`` files below ``folders`` in one order on every machine."""
    return sorted(_walk(folders, ".ttl"), key=lambda p: p.relative_to(root()).as_posix())


def query_files(folder: str = "queries") -> list[Path]:
    """Return the ``.rq`` files directly in ``folder``, sorted by name."""
    return sorted((root() / folder).glob("*.rq"), key=lambda p: p.name)


def _walk(folders: tuple[str, ...], suffix: str) -> Iterator[Path]:
    for folder in folders:
        yield from (root() / folder).rglob(f"*{suffix}")


def cache_folder() -> Path:
    """Return our own cache folder, made if absent and readable by its owner alone (``ZHIYIN_CACHE`` names another).

    What it holds is served as the text of the law: raises CacheError where it cannot be made, or where another user
    could have put something there.
    """
    named = os.environ.get("ZHIYIN_CACHE")
    try:
        base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhiyin"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(base, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(base))
        _check_owner(base)
    except (OSError, RuntimeError) as error:
        where = getattr(error, "filename", None) or named or "~"
        reason = getattr(error, "strerror", None) or str(error)
        raise CacheError(
            f"缓存目录不能写入（{where}：{reason}）：请用环境变量 ZHIYIN_CACHE 指定一个可写的目录",
            f"the cache folder cannot be written ({where}: {reason}): name one that can in ZHIYIN_CACHE",
        ) from error
    return base


def _check_owner(folder: Path) -> None:
    """Raise CacheError where someone else owns ``folder`` or may write to it or replace it."""
    real = folder.resolve()
    for place, is_own in ((real, True), (real.parent, False)):
        found = place.stat()
        own = found.st_uid == os.geteuid()
        open_to_others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH if is_own else stat.S_IWOTH)
        # In a folder such as /tmp, whose sticky bit is set, others can replace nothing that is not theirs.
        sticky = not is_own and found.st_mode & stat.S_ISVTX
        if (is_own and not own) or (open_to_others and not sticky):
            raise CacheError(
                f"缓存目录 {folder} 别的用户可以写入，其中的图谱不可信：请删除它，或用环境变量 ZHIYIN_CACHE 指定"
                "只有自己能写的目录（chmod 700）",
                f"others may write to the cache folder {folder}, so the graph in it cannot be trusted: remove it, or "
                "name a folder of your own in ZHIYIN_CACHE (chmod 700)",
            )
