"""The key file: versions of keys, written whole or not at all, readable by its owner only."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matching.vocabulary import Text
from service.errors import NotConfigured, ServiceError
from service.vault.suites import DEFAULT_SUITE, SUITES, Suite

__all__ = ["KeyFile", "KeyVersion"]

_FORMAT = 2
_MOST_VERSIONS = 255  # the version is one byte of a sealed value
_SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class KeyVersion:
    """The keys of one version: a sealed value names it by its first byte.

    Parameters
    ----------
    number : int
        1 to 255.
    suite : Suite
    field_key, index_key : bytes
        Of the cipher, and of the blind indexes.
    made_at : datetime or None
        None for key files of before versions had a moment.
    """

    number: int
    suite: Suite
    field_key: bytes
    index_key: bytes
    made_at: datetime | None = None

    @classmethod
    def generated(cls, number: int, suite: str, *, now: datetime) -> "KeyVersion":
        """Return fresh keys.

        Raises
        ------
        NotConfigured
            If the suite is not known, or this machine's library does not have it.
        """
        chosen = SUITES.get(suite)
        if chosen is None or not chosen.is_available:
            raise NotConfigured(
                Text(f"本机不支持加密套件“{suite}”。", f"The cipher suite '{suite}' is not available here."),
                remedy=Text("请设为 aes 或 sm，并核对 OpenSSL。", "Set aes or sm, and check the OpenSSL library."),
                place="TALENTPOOL_CIPHER",
            )
        return cls(
            number=number,
            suite=chosen,
            field_key=secrets.token_bytes(chosen.field_key_bytes),
            index_key=secrets.token_bytes(_SECRET_BYTES),
            made_at=now,
        )


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """What a key file holds.

    Parameters
    ----------
    versions : mapping of int to KeyVersion
    current : int
        The version that seals; all of them open.
    session_secret : bytes
        Secret that signs the session cookie.
    audit_key, signing_seed : bytes
        Of the chain of the audit log, and of the Ed25519 signature under its exported heads. They never change: a
        chain that is years old is checked with them.
    fingerprint : str
        Sixteen hex digits that the database knows as well; they tell two installations apart and no key.
    """

    versions: Mapping[int, KeyVersion]
    current: int
    session_secret: bytes
    audit_key: bytes
    signing_seed: bytes
    fingerprint: str

    @classmethod
    def generated(cls, suite: str = DEFAULT_SUITE, *, now: datetime | None = None) -> "KeyFile":
        """Return the keys of a new installation."""
        first = KeyVersion.generated(1, suite, now=now or datetime.now(UTC))
        return cls(
            versions={1: first},
            current=1,
            session_secret=secrets.token_bytes(_SECRET_BYTES),
            audit_key=secrets.token_bytes(_SECRET_BYTES),
            signing_seed=secrets.token_bytes(_SECRET_BYTES),
            fingerprint=secrets.token_hex(8),
        )

    def with_new_version(self, suite: str, *, now: datetime) -> "KeyFile":
        """Return the keys with one version more, which seals from now on.

        Raises
        ------
        ServiceError
            If there are 255 versions already.
        """
        after = [*range(self.current + 1, _MOST_VERSIONS + 1), *range(1, self.current)]
        number = next((one for one in after if one not in self.versions), None)
        if number is None:
            raise ServiceError(
                Text("密钥文件已有 255 个版本。", "The key file has 255 versions already."),
                remedy=Text("请先运行 talentpool keys retire。", "Run talentpool keys retire first."),
            )
        return replace(
            self,
            versions={**self.versions, number: KeyVersion.generated(number, suite, now=now)},
            current=number,
        )

    def without(self, numbers: Collection[int]) -> "KeyFile":
        """Return the keys without some versions; the one that seals always stays."""
        kept = {number: one for number, one in self.versions.items() if number not in numbers or number == self.current}
        return replace(self, versions=kept)

    @classmethod
    def read(cls, path: Path) -> "KeyFile":
        """Read a key file, also one of the first format.

        Raises
        ------
        NotConfigured
            If it is missing or damaged.
        """
        try:
            document = json.loads(path.read_text(encoding="ascii"))
            return _of_first_format(document) if document["version"] == 1 else _of_document(document)
        except FileNotFoundError as error:
            raise NotConfigured(
                Text("找不到密钥文件。", "The key file is missing."),
                remedy=Text(
                    "新安装请运行 talentpool init；已有数据时请从备份取回密钥文件。",
                    "New installation: run talentpool init. With existing data: bring the file back from its backup.",
                ),
                place=str(path),
            ) from error
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise NotConfigured(
                Text("密钥文件已损坏。", "The key file is damaged."),
                remedy=Text("请从备份取回密钥文件。", "Bring the key file back from its backup."),
                place=str(path),
            ) from error

    def write_new(self, path: Path) -> None:
        """Write a key file (mode 0600) where there is none.

        Raises
        ------
        FileExistsError
            If there is one: it is never overwritten.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            _put(file.fileno(), self._encoded())
        _settle_directory(path)

    def write_over(self, path: Path) -> None:
        """Replace a key file (mode 0600): after a power cut there is the old one or the new one, whole."""
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o600)
                _put(descriptor, self._encoded())
                file.flush()
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _settle_directory(path)

    def _encoded(self) -> bytes:
        document = {
            "version": _FORMAT,
            "fingerprint": self.fingerprint,
            "current": self.current,
            "keys": {str(number): _told(one) for number, one in sorted(self.versions.items())},
            "session_secret": _encoded(self.session_secret),
            "audit_key": _encoded(self.audit_key),
            "signing_seed": _encoded(self.signing_seed),
        }
        return json.dumps(document, indent=1).encode("ascii")


def _put(descriptor: int, content: bytes) -> None:
    os.write(descriptor, content)
    os.fsync(descriptor)


def _settle_directory(path: Path) -> None:
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _told(version: KeyVersion) -> dict[str, str | None]:
    return {
        "suite": version.suite.name,
        "field_key": _encoded(version.field_key),
        "index_key": _encoded(version.index_key),
        "made_at": version.made_at.isoformat() if version.made_at else None,
    }


def _of_document(document: Mapping[str, Any]) -> KeyFile:
    if document["version"] != _FORMAT:
        raise ValueError("a key file of another release")
    versions = {int(number): _version_of(int(number), told) for number, told in document["keys"].items()}
    current = int(document["current"])
    if current not in versions:
        raise ValueError("the version that seals is not there")
    fingerprint = str(document["fingerprint"])
    if len(bytes.fromhex(fingerprint)) != 8:
        raise ValueError("a fingerprint has sixteen digits")
    session_secret = _decoded(document["session_secret"], _SECRET_BYTES)
    return KeyFile(
        versions=versions,
        current=current,
        session_secret=session_secret,
        **_audit_keys(document, session_secret),
        fingerprint=fingerprint,
    )


def _version_of(number: int, told: Mapping[str, Any]) -> KeyVersion:
    suite = SUITES[told["suite"]]
    if not 1 <= number <= _MOST_VERSIONS:
        raise ValueError("a version is one byte")
    return KeyVersion(
        number=number,
        suite=suite,
        field_key=_decoded(told["field_key"], suite.field_key_bytes),
        index_key=_decoded(told["index_key"], _SECRET_BYTES),
        made_at=datetime.fromisoformat(told["made_at"]) if told.get("made_at") else None,
    )


def _of_first_format(document: Mapping[str, Any]) -> KeyFile:
    """Read the format that had one index key for all versions, whose digest was the fingerprint."""
    suite, index_key = SUITES[DEFAULT_SUITE], _decoded(document["index_key"], _SECRET_BYTES)
    versions = {
        int(number): KeyVersion(
            number=int(number), suite=suite, field_key=_decoded(key, suite.field_key_bytes), index_key=index_key
        )
        for number, key in document["field_keys"].items()
    }
    session_secret = _decoded(document["session_secret"], _SECRET_BYTES)
    return KeyFile(
        versions=versions,
        current=max(versions),
        session_secret=session_secret,
        **_audit_keys(document, session_secret),
        fingerprint=hmac.new(index_key, b"fingerprint", hashlib.sha256).hexdigest()[:16],
    )


def _audit_keys(document: Mapping[str, Any], session_secret: bytes) -> dict[str, bytes]:
    """Return the keys of the audit log; files of before it had any give them by derivation, always the same ones."""
    return {
        name: _decoded(document[name], _SECRET_BYTES)
        if name in document
        else hmac.digest(session_secret, f"talentpool {name}".encode(), "sha256")
        for name in ("audit_key", "signing_seed")
    }


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _decoded(text: str, n_bytes: int) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != n_bytes:
        raise ValueError(f"the key has {n_bytes} bytes")
    return key
