"""Bytes and a private key in, a signature out, and back with the public key alone: Ed25519, or SM2 with SM3."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from zhiyin.desk.faults import BadSetting

ED25519, SM2 = "Ed25519", "SM2-SM3"
_KEY = re.compile(r"zhiyin-(private|public)-key ([A-Za-z0-9-]+) ([0-9a-f]+)\n?")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks a signature; anybody may have it."""

    algorithm: str
    raw: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare over another channel."""
        return sha256(f"{self.algorithm}\0".encode() + self.raw).hexdigest()

    def text(self) -> str:
        """Return the key as its file holds it."""
        return f"zhiyin-public-key {self.algorithm} {self.raw.hex()}\n"

    def checks(self, data: bytes, signature: bytes) -> bool:
        """Return whether ``signature`` is this key's over ``data``."""
        if self.algorithm == SM2:
            signer = _sm2(private="", public=self.raw.hex())
            return len(signature) == 64 and bool(signer.verify_with_sm3(signature.hex(), data))
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs; it stays with the desk."""

    algorithm: str
    secret: bytes = field(repr=False)
    public: PublicKey

    def text(self) -> str:
        """Return the key as its file holds it."""
        return f"zhiyin-private-key {self.algorithm} {(self.secret + self.public.raw).hex()}\n"

    def sign(self, data: bytes) -> bytes:
        """Return the signature over ``data``."""
        if self.algorithm == SM2:
            signer = _sm2(private=self.secret.hex(), public=self.public.raw.hex())
            while True:
                signed = signer.sign_with_sm3(data, secrets.token_hex(32))
                # The library drops leading zeros of a number now and then and then gives a shorter text.
                if signed is not None and len(signed) == 128:
                    return bytes.fromhex(signed)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(data)


def new_key(algorithm: str) -> PrivateKey:
    """Return a fresh key pair."""
    if algorithm == SM2:
        return _new_sm2()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate()
    return PrivateKey(ED25519, made.private_bytes_raw(), PublicKey(ED25519, made.public_key().public_bytes_raw()))


def write_key_files(key: PrivateKey, path: Path) -> Path:
    """Write the private key for its owner alone and the public one beside it; return the latter's path."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.text())
    public = path.with_name(path.name + ".pub")
    public.write_text(key.public.text(), encoding="ascii")
    return public


def read_private(path: Path) -> PrivateKey:
    """Return the private key in a file; BadSetting where it holds none."""
    algorithm, raw = _read(path, "private")
    return PrivateKey(algorithm, raw[:32], PublicKey(algorithm, raw[32:]))


def read_public(path: Path) -> PublicKey:
    """Return the public key in a file; BadSetting where it holds none."""
    algorithm, raw = _read(path, "public")
    return PublicKey(algorithm, raw)


def _read(path: Path, kind: str) -> tuple[str, bytes]:
    try:
        match = _KEY.fullmatch(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"密钥文件无法读取：{path}", f"the key file cannot be read: {path}") from error
    length = {("private", ED25519): 64, ("private", SM2): 96, ("public", ED25519): 32, ("public", SM2): 64}
    if match is None or match[1] != kind or len(match[3]) != 2 * length.get((kind, match[2]), 0):
        raise BadSetting(f"{path} 不是{'私' if kind == 'private' else '公'}钥文件", f"{path} is no {kind} key file")
    return match[2], bytes.fromhex(match[3])


def _sm2(private: str, public: str) -> Any:  # noqa: ANN401 - the library has no types
    try:
        from gmssl import sm2
    except ImportError as error:
        raise BadSetting("国密需要 gmssl：请安装 zhiyin[sm]", "SM2 and SM3 need gmssl: install zhiyin[sm]") from error
    return sm2.CryptSM2(private_key=private, public_key=public)


def _new_sm2() -> PrivateKey:
    order = int("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16)
    number = secrets.randbelow(order - 2) + 1
    secret = number.to_bytes(32, "big")
    signer = _sm2(private=secret.hex(), public="")
    multiply: Callable[[int, str], str] = signer._kg
    point = multiply(number, signer.ecc_table["g"])
    return PrivateKey(SM2, secret, PublicKey(SM2, bytes.fromhex(point)))


def sm3(data: bytes) -> str:
    """Return the SM3 hash of ``data``."""
    try:
        from gmssl import func
        from gmssl import sm3 as module
    except ImportError as error:
        raise BadSetting("国密需要 gmssl：请安装 zhiyin[sm]", "SM2 and SM3 need gmssl: install zhiyin[sm]") from error
    digest: str = module.sm3_hash(func.bytes_to_list(data))
    return digest
