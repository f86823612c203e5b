"""The servers that are measured side by side: each started on a free port with the same graph, and ended again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
FUSEKI = "org.apache.jena:jena-fuseki-server:5.2.0"
_START = 1800.0


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Peer:
    """A server at work; ``query`` is its address with everything but the query itself."""

    name: str
    process: subprocess.Popen[bytes]
    query: str
    notes: str = ""
    scratch: list[Path] = field(default_factory=list)

    def family(self) -> list[int]:
        """Return the ids of its processes."""
        parents: dict[int, int] = {}
        for path in Path("/proc").iterdir():
            if path.name.isdigit():
                try:
                    text = (path / "stat").read_text(encoding="utf-8", errors="replace")
                except OSError:
                    continue
                parents[int(path.name)] = int(text.rpartition(")")[2].split()[1])
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def memory(self) -> float:
        """Return the memory of all its processes in MB; pages that they share count once (PSS)."""
        total = 0
        for pid in self.family():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        return total / 1024

    def processor_time(self) -> float:
        """Return the processor seconds that its processes used so far."""
        ticks = 0
        for pid in self.family():
            try:
                fields = (
                    Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                )
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for path in self.scratch:
            shutil.rmtree(path, ignore_errors=True)


def _spawn(command: Sequence[str], environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'service'}{os.pathsep}{ROOT}", **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(peer: Peer) -> Peer:
    """Return ``peer`` once it answers; raises RuntimeError where it does not."""
    until = time.monotonic() + _START
    while time.monotonic() < until:
        if peer.process.poll() is not None:
            raise RuntimeError(f"{peer.name} ended with {peer.process.returncode}")
        try:
            with urllib.request.urlopen(peer.query + "query=ASK%7B%7D", timeout=30):  # noqa: S310 - loopback
                return peer
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    peer.stop()
    raise RuntimeError(f"{peer.name} did not start")


def oxigraph(files: Sequence[Path]) -> Peer:
    """Start the oxigraph server in memory, its fastest mode, with the union as default graph as ours has it."""
    port = free_port()
    process = _spawn([str(BIN / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"])
    peer = wait_for(Peer("oxigraph", process, f"http://127.0.0.1:{port}/query?"))
    for file in files:
        with file.open("rb") as source:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/store",
                data=source,
                headers={"Content-Type": "application/n-quads", "Content-Length": str(file.stat().st_size)},
                method="POST",
            )
            with urllib.request.urlopen(request, timeout=3600):  # noqa: S310 - loopback
                pass
    return peer


def zhiyin(files: Sequence[Path], *, cached: bool, **environment: str) -> Peer:
    """Start our service with all limits as they come, the result cache on or off."""
    port = free_port()
    process = _spawn(
        [sys.executable, "-m", "bench.sparql_site"],
        {
            "BENCH_FILES": os.pathsep.join(str(file) for file in files),
            "ZHIYIN_PORT": str(port),
            "ZHIYIN_LOG_LEVEL": "error",
            **({} if cached else {"ZHIYIN_RESULT_CACHE": "0"}),
            **environment,
        },
    )
    name = "zhiyin, cache on" if cached else "zhiyin, cache off"
    return wait_for(Peer(name, process, f"http://127.0.0.1:{port}/sparql?"))


def rdflib_endpoint(files: Sequence[Path]) -> Peer:
    """Start rdflib-endpoint under uvicorn."""
    port = free_port()
    process = _spawn(
        [sys.executable, "-m", "bench.rdflib_peer", str(port), *(str(file) for file in files)],
    )
    return wait_for(Peer("rdflib-endpoint", process, f"http://127.0.0.1:{port}/?"))


def fuseki(files: Sequence[Path]) -> Peer:
    """Start Apache Jena Fuseki in memory; raises RuntimeError where its jar cannot be fetched."""
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-fuseki-"))
    if shutil.which("mvn") is None or shutil.which("java") is None:
        raise RuntimeError("mvn and java are needed for Fuseki")
    fetched = subprocess.run(
        [
            "mvn",
            "-q",
            "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy",
            f"-Dartifact={FUSEKI}",
            f"-DoutputDirectory={folder}",
        ],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    jars = list(folder.glob("*.jar"))
    if fetched.returncode or not jars:
        raise RuntimeError(f"{FUSEKI} could not be fetched")
    joined = folder / "data.nq"
    with joined.open("wb") as target:
        for file in files:
            target.write(file.read_bytes())
    port = free_port()
    command = ["java", "-jar", str(jars[0]), "--localhost", f"--port={port}", f"--file={joined}", "/ds"]
    address = f"http://127.0.0.1:{port}/ds/sparql?default-graph-uri=urn:x-arq:UnionGraph&"
    return wait_for(Peer("Fuseki", _spawn(command), address, scratch=[folder]))
