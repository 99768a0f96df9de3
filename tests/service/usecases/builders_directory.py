"""Debian's slapd, started on this machine for a test, with a few invented people."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from ldap3 import Connection

__all__ = ["BASE", "READER_PASSWORD", "ROOT_PASSWORD", "Directory", "changing", "running_directory", "slapd"]

BASE = "dc=example,dc=org"
READER_PASSWORD = "a-password-of-the-reader"
ROOT_PASSWORD = "a-password-of-the-root"
_SCHEMAS = ("core", "cosine", "inetorgperson")
_PEOPLE = {"wang.fang": "Reiher-Furt-31", "li(na)*": "Storch-Moor-32", "twin": "Amsel-Wiese-33"}


@dataclass(frozen=True)
class Directory:
    """Where the directory listens, who vouches for it, and who may change what is in it."""

    plain: str
    sealed: str
    ca_file: Path
    reader: str = f"cn=reader,{BASE}"
    root: str = f"cn=root,{BASE}"


def slapd() -> str | None:
    """Return where slapd is, None if it is not installed."""
    return shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/openldap")


@contextmanager
def running_directory(directory: Path, *, allows: str = "") -> Iterator[Directory]:
    """Run slapd with its data in a directory until the end of the block, allowing more than it does by itself."""
    certificate, key = _certificate(directory)
    plain, sealed = (f"{scheme}://127.0.0.1:{_free_port()}" for scheme in ("ldap", "ldaps"))
    configuration = _written(directory / "slapd.conf", _configuration(directory, certificate, key, allows=allows))
    data = _written(directory / "people.ldif", _people())
    program = slapd()
    assert program is not None
    adding = [program, "-T", "add", "-f", str(configuration), "-l", str(data)]
    subprocess.run(adding, check=True, capture_output=True)
    command = [program, "-f", str(configuration), "-h", f"{plain} {sealed}", "-d", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(plain)
        yield Directory(plain=plain, sealed=sealed, ca_file=certificate)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def changing(directory: Directory) -> "Iterator[Connection]":
    """Sign in as who may change everything in the directory."""
    import ldap3

    server = ldap3.Server(directory.plain, get_info=ldap3.NONE)
    with ldap3.Connection(server, user=directory.root, password=ROOT_PASSWORD, auto_bind=True) as connection:
        yield connection


def _configuration(directory: Path, certificate: Path, key: Path, *, allows: str) -> str:
    data = directory / "data"
    data.mkdir()
    lines = [f"include /etc/ldap/schema/{schema}.schema" for schema in _SCHEMAS]
    return "\n".join(
        [
            *lines,
            *([f"allow {allows}"] if allows else []),
            "modulepath /usr/lib/ldap",
            "moduleload back_mdb",
            f"pidfile {directory / 'slapd.pid'}",
            f"TLSCertificateFile {certificate}",
            f"TLSCertificateKeyFile {key}",
            "database mdb",
            "maxsize 10485760",
            f'suffix "{BASE}"',
            f'rootdn "cn=root,{BASE}"',
            f"rootpw {ROOT_PASSWORD}",
            f"directory {data}",
            "access to attrs=userPassword by anonymous auth by * none",
            f'access to * by dn.exact="cn=reader,{BASE}" read by * none',
            "",
        ]
    )


def _people() -> str:
    reader = ["objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: reader"]
    entries = [
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: example\ndc: example",
        "\n".join([f"dn: cn=reader,{BASE}", *reader, f"userPassword: {READER_PASSWORD}"]),
    ]
    for number, (name, password) in enumerate(_PEOPLE.items()):
        entries.append(_person(f"p{number}", name, password))
    entries.append(_person("p9", "twin", "Amsel-Wiese-33"))
    return "\n\n".join(entries) + "\n"


def _person(cn: str, uid: str, password: str) -> str:
    return f"dn: cn={cn},{BASE}\nobjectClass: inetOrgPerson\ncn: {cn}\nsn: {cn}\nuid: {uid}\nuserPassword: {password}"


def _certificate(directory: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    present = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(present - timedelta(days=1))
        .not_valid_after(present + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, key_file = directory / "certificate.pem", directory / "key.pem"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, key_file


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    host, _, port = address.removeprefix("ldap://").partition(":")
    for _attempt in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(address)
