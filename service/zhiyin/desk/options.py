"""What the operator of a desk may choose beside its place, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhiyin.desk.faults import BadSetting
from zhiyin.desk.vault import Key, Vault, read_key, read_key_file

KEY, KEY_FILE, FORMER = "ZHIYIN_DESK_KEY", "ZHIYIN_DESK_KEY_FILE", "ZHIYIN_DESK_FORMER_KEY_FILES"
SIGNING = "ZHIYIN_DESK_SIGNING_KEY"
WORKERS = "ZHIYIN_DESK_WORKERS"
ISSUER, CLIENT, SECRET_FILE = "ZHIYIN_DESK_OIDC_ISSUER", "ZHIYIN_DESK_OIDC_CLIENT", "ZHIYIN_DESK_OIDC_SECRET_FILE"
REDIRECT = "ZHIYIN_DESK_OIDC_REDIRECT"


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider as it is configured."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    redirect: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The choices; ``signing`` is the file of the private key that seals packages."""

    key: Key | None = None
    former: tuple[Key, ...] = ()
    signing: Path | None = None
    workers: int = 1
    provider: Provider | None = None

    def vault(self) -> Vault:
        """Return the vault that these choices open."""
        return Vault(self.key, self.former)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Options:
        """Return what the environment says; BadSetting where it cannot be followed."""
        source = os.environ if environ is None else environ
        key = None
        if source.get(KEY_FILE):
            key = read_key_file(Path(source[KEY_FILE]))
        elif source.get(KEY):
            key = read_key(source[KEY])
        former = tuple(read_key_file(Path(p)) for p in source.get(FORMER, "").split(os.pathsep) if p)
        workers = source.get(WORKERS, "1")
        if not (workers.isascii() and workers.isdigit()) or int(workers) > 64:
            raise BadSetting(f"{WORKERS} 须是 0 至 64 的整数", f"{WORKERS} is a whole number from 0 to 64")
        signing = Path(source[SIGNING]) if source.get(SIGNING) else None
        return cls(key, former, signing, int(workers), _provider(source))


def _provider(source: Mapping[str, str]) -> Provider | None:
    issuer, client = source.get(ISSUER, ""), source.get(CLIENT, "")
    if not issuer:
        return None
    if not client or not source.get(SECRET_FILE):
        raise BadSetting(f"有 {ISSUER} 就须有 {CLIENT} 和 {SECRET_FILE}", f"{ISSUER} needs {CLIENT} and {SECRET_FILE}")
    try:
        secret = Path(source[SECRET_FILE]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{SECRET_FILE} 无法读取", f"{SECRET_FILE} cannot be read") from error
    return Provider(issuer.rstrip("/"), client, secret, source.get(REDIRECT, ""))
