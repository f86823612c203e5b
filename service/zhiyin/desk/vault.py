"""Bytes in, bytes at rest out and back: compressed, and sealed by AES-256-GCM where a key is configured."""

from __future__ import annotations

import base64
import binascii
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from zhiyin.desk.faults import BadSetting, Damaged

_PLAIN, _SEALED = b"ZD0", b"ZD1"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Key:
    """A key of 256 bits and the name that tells it from others without telling what it is."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The first digits of a hash of the key."""
        return sha256(b"zhiyin desk key\0" + self.secret).hexdigest()[:12]


class Vault:
    """Seals with the current key and opens with any that it holds; without a key bytes are only compressed."""

    def __init__(self, current: Key | None = None, former: tuple[Key, ...] = ()) -> None:
        self.current = current
        self._keys: Mapping[str, Key] = {key.name: key for key in (*former, *([current] if current else []))}

    @property
    def key_name(self) -> str:
        """The name of the key that seals now, empty where there is none."""
        return self.current.name if self.current else ""

    def seal(self, data: bytes, identity: str) -> bytes:
        """Return ``data`` as it is kept under ``identity``, to which the seal is bound."""
        packed = zlib.compress(data, 6)
        if self.current is None:
            return _PLAIN + packed
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        name = self.current.name
        bound = f"{identity}\0{name}".encode()
        return _SEALED + name.encode() + nonce + AESGCM(self.current.secret).encrypt(nonce, packed, bound)

    def open(self, kept: bytes, identity: str) -> bytes:
        """Return what was sealed; Damaged where it was altered or moved, BadSetting where its key is not there."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        form, rest = kept[:3], kept[3:]
        try:
            if form == _PLAIN:
                return zlib.decompress(rest)
            if form == _SEALED:
                name = rest[:12].decode("ascii")
                key = self._keys.get(name)
                if key is None:
                    raise BadSetting(
                        f"缺少名为 {name} 的密钥，留存的内容打不开",
                        f"the key named {name} is missing to open what was kept",
                    )
                nonce, body = rest[12 : 12 + _NONCE], rest[12 + _NONCE :]
                return zlib.decompress(AESGCM(key.secret).decrypt(nonce, body, f"{identity}\0{name}".encode()))
        except (InvalidTag, zlib.error, UnicodeDecodeError, ValueError) as error:
            raise _damaged(identity) from error
        raise _damaged(identity)


def _damaged(identity: str) -> Damaged:
    return Damaged(f"留存的内容 {identity} 已被改动", f"what was kept as {identity} was altered")


def read_key(text: str) -> Key:
    """Return the key that ``text`` spells: 32 bytes in hexadecimal or base64; BadSetting for anything else."""
    plain = text.strip()
    try:
        secret = bytes.fromhex(plain) if len(plain) == 64 else base64.b64decode(plain, validate=True)
    except (ValueError, binascii.Error):
        secret = b""
    if len(secret) != 32:
        raise BadSetting(
            "密钥须是 32 字节，以十六进制或 base64 书写", "a key is 32 bytes, written in hexadecimal or base64"
        )
    return Key(secret)


def read_key_file(path: Path) -> Key:
    """Return the key in a file; BadSetting where it cannot be read."""
    try:
        return read_key(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"密钥文件无法读取：{path}", f"the key file cannot be read: {path}") from error


def new_key() -> str:
    """Return a fresh key as text."""
    return os.urandom(32).hex()
