"""What the project ships for its operation: locks, unit, container, bundle, bill of materials."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from tests import composed

from zhiyin import resources
from zhiyin.cli import cli as command_line
from zhiyin.settings import Settings

ROOT = resources.root()
SLOW = pytest.mark.skipif(
    not os.environ.get("ZHIYIN_BUNDLE"),
    reason="builds a bundle and installs it: ZHIYIN_BUNDLE=1 pytest tests/test_deploy.py",
)


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+(?:\[[a-z,]+\])?)==(\S+)", text, re.MULTILINE))


def test_serving_takes_a_part_of_what_testing_takes_in_the_same_versions() -> None:
    serving, testing = pins("requirements-serve.lock"), pins("requirements.lock")
    assert len(serving) < len(testing) * 0.75
    assert {name: testing.get(name) for name in serving} == serving
    for tool in ("pytest", "mypy", "ruff", "playwright", "matplotlib", "distributed", "hypothesis"):
        assert tool in testing
        assert tool not in serving


def test_what_the_package_needs_is_in_both_locks() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=;\[ ]", line)[0].lower() for line in needed}
    for lock in ("requirements.lock", "requirements-serve.lock"):
        assert names <= {name.lower() for name in pins(lock)}


def test_every_pin_has_its_hash_and_no_index_is_named() -> None:
    text = (ROOT / "requirements-serve.lock").read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(pins("requirements-serve.lock"))
    assert "://" not in text


def test_the_compiled_engine_is_left_out_on_arm() -> None:
    line = next(
        line
        for line in (ROOT / "requirements-serve.lock").read_text(encoding="utf-8").splitlines()
        if line.startswith("shacl==")
    )
    assert "platform_machine != 'aarch64'" in line


def test_the_unit_is_sandboxed() -> None:
    rate = shutil.which("systemd-analyze")
    if rate is None:
        pytest.skip("systemd-analyze is not installed")
    unit = ROOT / "deploy" / "systemd" / "zhiyin.service"
    done = subprocess.run(
        [rate, "security", "--offline=true", "--threshold=20", unit], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert re.search(r"exposure level for zhiyin.service: [01]\.\d", done.stdout)


def test_the_container_is_not_root_and_says_when_it_is_ready() -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d{4,}", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "/readyz" in last
    for name in re.findall(r"^COPY ((?!--from)[^\n]+)", text, re.MULTILINE)[0].split()[:-1]:
        assert (ROOT / name).exists(), name


def test_the_compose_file_hardens_every_service_of_ours() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services) >= {"zhiyin", "nginx", "fuseki"}
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["read_only"], name
    assert (ROOT / "deploy" / "nginx" / "zhiyin.conf").is_file()


def test_the_compose_file_says_what_the_service_and_the_images_take() -> None:
    known = {item.metadata["variable"] for item in fields(Settings)}
    services = composed.services()
    for name in ("zhiyin", "publish"):
        told = composed.settings_of(services[name], composed.GIVEN)
        assert set(told) <= known, name
        Settings.from_environment(told)
        words = services[name].get("command") or composed.of_image(ROOT / "deploy" / "Containerfile", "CMD")
        with command_line.make_context("zhiyin", list(words)) as context:
            command = command_line.get_command(context, words[0])
            assert command is not None
            command.make_context(words[0], list(words[1:]), parent=context).close()
    with pytest.raises(SystemExit, match="FUSEKI_PASSWORD"):
        composed.settings_of(services["fuseki"], {})
    store = (ROOT / "deploy" / "fuseki" / "Containerfile").read_text(encoding="utf-8")
    for name in services["fuseki"]["environment"]:
        assert f"${{{name}:?" in store
    for service in services.values():
        build = service.get("build")
        if build:
            assert (ROOT / "deploy" / build["context"] / build["dockerfile"]).is_file()
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (ROOT / "deploy" / source).exists() if source.startswith(".") else source in composed.volumes()
    endpoint = composed.settings_of(services["zhiyin"], composed.GIVEN)["ZHIYIN_SPARQL_ENDPOINT"]
    assert endpoint == services["publish"]["command"][-1]
    assert store.rstrip().endswith('/zhiyin"]')


@pytest.mark.skipif(
    not os.environ.get("ZHIYIN_COMPOSE"), reason="nginx and Fuseki: ZHIYIN_COMPOSE=1 pytest tests/test_deploy.py"
)
def test_what_the_compose_file_names_works_together(tmp_path: Path) -> None:
    artifact = "org.apache.jena:jena-fuseki-server:5.2.0"
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy"
    subprocess.run(
        ["mvn", "-q", copy, f"-Dartifact={artifact}", f"-DoutputDirectory={tmp_path}"], cwd=tmp_path, check=True
    )
    jar = tmp_path / "jena-fuseki-server-5.2.0.jar"
    digest = hashlib.sha256(jar.read_bytes()).hexdigest()
    assert digest in (ROOT / "deploy" / "fuseki" / "Containerfile").read_text(encoding="utf-8")
    folder = tmp_path / "composed"
    folder.mkdir()
    command = ["unshare", "--net", "--mount", "--map-root-user", sys.executable, "-m", "tests.composed"]
    done = subprocess.run([*command, folder, jar], cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "as the file says" in done.stdout


def test_the_bill_of_materials_names_what_is_served(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    tool = Path(sys.executable).with_name("cyclonedx-py")
    command: list[str | Path] = [tool] if tool.is_file() else [sys.executable, "-m", "cyclonedx_py"]
    lock = ROOT / "requirements-serve.lock"
    subprocess.run(
        [*command, "requirements", "--output-reproducible", "--spec-version", "1.6", "-o", file, lock],
        check=True,
        capture_output=True,
    )
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["bomFormat"] == "CycloneDX"
    found = {part["name"].lower(): part.get("version") for part in told["components"]}
    for name, version in pins("requirements-serve.lock").items():
        assert found.get(name.partition("[")[0].lower()) == version


@SLOW
def test_the_bundle_installs_and_serves_without_a_network(tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run([sys.executable, ROOT / "deploy" / "bundle" / "build.py", out], check=True)
    path = next(out.glob("*.tar.gz"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (out / f"{path.name}.sha256").read_text(encoding="utf-8").split()[0] == digest
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / path.name.removesuffix(".tar.gz")
    script = f"""
set -e
ip link set lo up 2>/dev/null || true
HOME={tmp_path}/home; export HOME; mkdir -p $HOME
sh {folder}/install.sh {tmp_path}/zhiyin
cd {tmp_path}
zhiyin/bin/zhiyin validate zhiyin/lib/python*/site-packages/zhiyin/_bundled/data/companies/no-generator.ttl --date 2026-06-30 > verdict || test $? = 1
zhiyin/bin/zhiyin serve --port 8899 > served 2> log &
pid=$!
trap 'kill $pid' EXIT
for i in $(seq 120); do
  if zhiyin/bin/python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8899/readyz').read()" 2>/dev/null; then ok=1; break; fi
  sleep 0.5
done
test "$ok" = 1
"""
    subprocess.run(["unshare", "--net", "--map-root-user", "sh", "-c", script], check=True, timeout=400)
    assert "三类" in (tmp_path / "verdict").read_text(encoding="utf-8")


@SLOW
def test_two_builds_give_the_same_wheel(tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        copy = tmp_path / name
        ignored = shutil.ignore_patterns(
            *(".git", ".venv", ".hypothesis", ".*_cache", "node_modules", "__pycache__", "fuzz-findings", "dist")
        )
        shutil.copytree(ROOT, copy / "source", ignore=ignored, symlinks=True)
        environment = {
            **os.environ,
            "HOME": str(copy),
            "ZHIYIN_CACHE": str(copy / "cache"),
            "PYTHONHASHSEED": str(len(name)),
        }
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            copy,
            ".",
        ]
        subprocess.run(command, cwd=copy / "source", env=environment, check=True)
        made.append(next(copy.glob("*.whl")).read_bytes())
    assert hashlib.sha256(made[0]).hexdigest() == hashlib.sha256(made[1]).hexdigest()
