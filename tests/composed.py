"""Runs what deploy/compose.yaml names, without containers: the same commands, settings, mounts and names of hosts.

``unshare --net --mount --map-root-user python -m tests.composed FOLDER FUSEKI_JAR``: in namespaces of its own, so that
addresses, ``/run`` and ``/etc/nginx`` are those of the file. Prints what it found; ends with an error where it differs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
GIVEN = {"FUSEKI_PASSWORD": "an invented one: 7"}
PUBLIC = "http://localhost:8080/zhiyin"


def substituted(value: object, given: Mapping[str, str]) -> str:
    """Return a value of the file with ``${NAME:-default}`` and ``${NAME:?message}`` filled in."""

    def fill(match: re.Match[str]) -> str:
        name, how, word = match.groups()
        if given.get(name):
            return given[name]
        if how == ":?":
            raise SystemExit(f"{name}: {word}")
        return str(word or "")

    return re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", fill, str(value))


def services() -> dict[str, Any]:
    """Return the services of the file."""
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def volumes() -> set[str]:
    """Return the names of the volumes of the file."""
    return set(yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["volumes"])


def settings_of(service: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that the file gives a service."""
    return {name: substituted(value, given) for name, value in service.get("environment", {}).items()}


def of_image(file: Path, instruction: str) -> list[str]:
    """Return the words of an instruction in exec form of a Containerfile."""
    last = re.findall(rf"^{instruction} (\[.*\])$", file.read_text(encoding="utf-8"), re.MULTILINE)[-1]
    return list(json.loads(last))


def image_environment(file: Path) -> dict[str, str]:
    """Return what the image of zhiyin sets; its paths are those of the image."""
    line = re.findall(r"^ENV (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)[-1]
    return dict(part.split("=", 1) for part in line.split() if not part.startswith("PATH="))


def get(address: str, accept: str = "*/*") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def wait_for(address: str, wanted: int) -> str:
    """Wait until an address answers so; return what it says."""
    until = time.monotonic() + 120
    told = (0, "")
    while time.monotonic() < until:
        told = get(address)
        if told[0] == wanted:
            return told[1]
        time.sleep(0.5)
    raise SystemExit(f"{address}: {told} where {wanted} was awaited")


def main() -> None:
    """Start fuseki, zhiyin and nginx, see that nothing is ready, publish, and ask through nginx."""
    folder, jar = Path(sys.argv[1]), sys.argv[2]
    found = services()
    run = subprocess.run
    run(["ip", "link", "set", "lo", "up"], check=True)
    hosts = folder / "hosts"
    hosts.write_text(" ".join(("127.0.0.1 localhost", os.uname().nodename, *found)) + "\n", encoding="utf-8")
    run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    for place in ("/run", "/etc/nginx", "/var/log/nginx", "/var/lib/nginx"):
        run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
    for mount in found["nginx"]["volumes"]:
        source, target, _ = mount.split(":")
        Path(target).write_bytes((ROOT / "deploy" / source).read_bytes())
    data, cache = folder / "data", folder / "cache"
    data.mkdir()
    cache.mkdir(mode=0o700)

    store = of_image(ROOT / "deploy" / "fuseki" / "Containerfile", "ENTRYPOINT")
    store = [w.replace("/opt/fuseki.jar", jar).replace("--loc=/data", f"--loc={data}") for w in store]
    ours = of_image(ROOT / "deploy" / "Containerfile", "ENTRYPOINT")
    ours[0] = str(Path(sys.executable).with_name(ours[0]))
    image = {**image_environment(ROOT / "deploy" / "Containerfile"), "ZHIYIN_CACHE": str(cache)}
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    users = folder / "users"
    store = [w.replace("/tmp/users", str(users)) for w in store]  # noqa: S108 - the image's own
    command = of_image(ROOT / "deploy" / "Containerfile", "CMD")
    # One user alone is known in this namespace.
    proxy = [word.replace("daemon off;", "user root; daemon off;") for word in found["nginx"]["command"]]
    started = []
    with (folder / "log").open("wb") as log:
        try:
            for name, words, environment in (
                ("fuseki", store, bare),
                ("zhiyin", [*ours, *command], bare | image),
                ("nginx", proxy, bare),
            ):
                own = environment | settings_of(found[name], GIVEN)
                started.append(subprocess.Popen(words, env=own, cwd=folder, stdout=log, stderr=log))
            assert users.parent.is_dir()
            told = wait_for(f"{PUBLIC}/readyz", 503)
            assert "zhiyin publish" in told, told
            wait_for("http://fuseki:3030/", 401)
            publish = found["publish"]
            own = bare | image | settings_of(publish, GIVEN)
            run([*ours, *publish["command"]], env=own, check=True)
            wait_for(f"{PUBLIC}/readyz", 200)
            assert users.stat().st_mode & 0o077 == 0
            query = "PREFIX%20zy:%20%3Chttps://w3id.org/zhiyin/ontology%23%3E%20SELECT%20(COUNT(*)%20AS%20?n)%20%7B?c%20a%20zy:Requirement%7D"
            status, answer = get(f"{PUBLIC}/sparql?query={query}", "application/sparql-results+json")
            assert status == 200, answer
            assert json.loads(answer)["results"]["bindings"][0]["n"]["value"] == "771"
            status, page = get(f"{PUBLIC}/clauses/4.3.3.1", "text/html")
            assert status == 200
            assert 'href="/zhiyin/' in page or f'href="{PUBLIC}/' in page
            assert get("http://localhost:8080/clauses/4.3.3.1")[0] == 404
            sys.stdout.write("composed: fuseki, zhiyin, nginx and publish as the file says\n")
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(60)


if __name__ == "__main__":
    main()
