"""Writes one archive that installs and serves without a network: wheels, our wheel with the graph, hashes, an installer.

``python deploy/bundle/build.py OUT [PLATFORM]``: the platform is this machine's, or one that pip knows, such as
``manylinux_2_28_x86_64`` or ``manylinux_2_28_aarch64``. The same wheels give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements-serve.lock"
SOURCE_ONLY = ("jieba", "opencc-python-reimplemented")
"""Published as source alone; pure Python, so that a wheel made here fits every platform."""
EPOCH = 1_600_000_000


def run(*command: str | Path) -> None:
    """Run a command, quietly unless it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.stderr.write(done.stdout[-3000:] + done.stderr[-3000:])
        raise SystemExit(f"{command[0]} failed")


def wheels(folder: Path, target: str | None) -> None:
    """Put every wheel that the lock names into ``folder``, for this machine or for ``target``."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    lines = LOCK.read_text(encoding="utf-8")
    chosen = folder / "lock.txt"
    chosen.write_text(lines, encoding="utf-8")
    if target is None:
        run(*pip, "wheel", "--require-hashes", "--no-deps", "--wheel-dir", folder, "--requirement", chosen)
    else:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        pure, compiled = _apart(lines)
        chosen.write_text(pure, encoding="utf-8")
        run(*pip, "wheel", "--require-hashes", "--no-deps", "--wheel-dir", folder, "--requirement", chosen)
        chosen.write_text(_for_machine(compiled, target.rpartition("_")[2]), encoding="utf-8")
        options = ("--only-binary", ":all:", "--platform", target, "--python-version", version, "--no-deps")
        run(*pip, "download", "--require-hashes", *options, "--dest", folder, "--requirement", chosen)
    chosen.unlink()


def _apart(lines: str) -> tuple[str, str]:
    """Return the blocks of the lock that are built from source, and the others."""
    blocks = lines.replace("\\\n", "\\\0").splitlines()
    pure = [block for block in blocks if block.startswith(SOURCE_ONLY)]
    rest = [block for block in blocks if not block.startswith(SOURCE_ONLY)]
    return tuple("\n".join(part).replace("\0", "\n") + "\n" for part in (pure, rest))  # type: ignore[return-value]


def _for_machine(lines: str, machine: str) -> str:
    """Leave out what the lock leaves out on 64-bit Arm: pip reads markers of the machine that it runs on."""
    blocks = lines.replace("\\\n", "\\\0").splitlines()
    kept = [b for b in blocks if not (machine in {"aarch64", "arm64"} and "platform_machine !=" in b)]
    return "\n".join(kept).replace("\0", "\n") + "\n"


def archive(folder: Path, path: Path) -> None:
    """Write ``folder`` as a tar.gz whose bytes depend on its files alone."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = tarfile.TarInfo(f"{path.name.removesuffix('.tar.gz')}/{file.relative_to(folder).as_posix()}")
                entry.size, entry.mtime = file.stat().st_size, EPOCH
                entry.mode = 0o755 if file.suffix == ".sh" else 0o644
                with file.open("rb") as data:
                    tar.addfile(entry, data)
    path.write_bytes(gzip.compress(plain.getvalue(), 6, mtime=0))


def main() -> None:
    """Build the bundle."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    target = sys.argv[2] if len(sys.argv) > 2 else None
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhiyin-bundle-") as name:
        folder = Path(name)
        store = folder / "wheels"
        store.mkdir()
        wheels(store, target)
        run(
            *(sys.executable, "-m", "pip", "wheel", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", store, ROOT),
        )
        for source in ("deploy/bundle/install.sh", "docs/operations.md", "deploy/systemd/zhiyin.service", "LICENSE"):
            shutil.copy(ROOT / source, folder / Path(source).name)
        sums = "".join(
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n"
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        )
        (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
        version = next(store.glob("zhiyin-*.whl")).name.split("-")[1]
        python = f"cp{sys.version_info.major}{sys.version_info.minor}"
        path = out / f"zhiyin-{version}-{python}-{target or f'linux_{platform.machine()}'}.tar.gz"
        archive(folder, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    Path(f"{path}.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
