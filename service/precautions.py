"""Precautions at the start: what would leave the service open refuses to start, and says which setting it is."""

import base64
import ipaddress
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from matching.vocabulary import Text
from service.access import Role
from service.errors import NotConfigured
from service.settings import Settings
from service.settings.accounts import EVERYBODY

__all__ = ["check_exposure", "check_key_file", "check_no_debugging", "check_roles"]

_SECRET_BYTES = 32
_LEAST_DIFFERENT_BYTES = 16  # of 32 random bytes about 30 differ
_SWITCHES = ("FLASK_DEBUG", "WERKZEUG_DEBUG_PIN", "PYTHONINSPECT")
_NO = frozenset({"", "0", "false", "no", "off"})


def check_key_file(path: Path) -> None:
    """Refuse a key file that others on the host may read, or whose session secret can be guessed.

    A missing or damaged one is refused where it is read.

    Raises
    ------
    NotConfigured
    """
    with suppress(FileNotFoundError):
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise NotConfigured(
                Text("密钥文件其他用户也能读取。", "Other users of the host may read the key file."),
                remedy=Text(f"请运行 chmod 600 {path}。", f"Run chmod 600 {path}."),
                place=f"TALENTPOOL_KEY_FILE={path}",
            )
    with suppress(OSError, ValueError, KeyError, TypeError):
        secret = base64.b64decode(json.loads(path.read_text(encoding="ascii"))["session_secret"], validate=True)
        if len(secret) < _SECRET_BYTES or len(set(secret)) < _LEAST_DIFFERENT_BYTES:
            raise NotConfigured(
                Text(
                    "密钥文件中的会话密钥过短或不随机。", "The session secret in the key file is short or not random."
                ),
                remedy=Text("请从备份取回密钥文件。", "Bring the key file back from its backup."),
                place=f"{path}: session_secret",
            )


def check_roles(settings: Settings) -> None:
    """Refuse a role in the settings that nobody can have: it would protect nobody.

    Raises
    ------
    NotConfigured
    """
    known = {role.value for role in Role} | {EVERYBODY}
    for role in settings.accounts.second_factor_roles:
        if role not in known:
            raise NotConfigured(
                Text(f"没有角色“{role}”。", f"There is no role '{role}'."),
                remedy=Text(
                    f"可选：{'、'.join(sorted(known))}，以逗号分隔。",
                    f"Choose among {', '.join(sorted(known))}, separated by commas.",
                ),
                place="TALENTPOOL_SECOND_FACTOR_ROLES",
            )


def check_exposure(settings: Settings, *, host: str) -> None:
    """Refuse to listen beyond this machine with cookies that travel in clear.

    Raises
    ------
    NotConfigured
    """
    if settings.secure_cookies or _is_loopback(host):
        return
    raise NotConfigured(
        Text(
            f"监听 {host} 时，登录信息会以明文经过网络。",
            f"Listening on {host}, sign-ins would cross the network in clear.",
        ),
        remedy=Text(
            "请只监听 127.0.0.1 并由 nginx 提供 HTTPS，或在 HTTPS 之后设 TALENTPOOL_SECURE_COOKIES=1。",
            "Listen on 127.0.0.1 behind nginx with HTTPS, or set TALENTPOOL_SECURE_COOKIES=1 behind one elsewhere.",
        ),
        place="TALENTPOOL_SECURE_COOKIES",
    )


def check_no_debugging(environment: Mapping[str, str]) -> None:
    """Refuse switches that show the inside of the service to whoever asks.

    Raises
    ------
    NotConfigured
    """
    for name in _SWITCHES:
        if environment.get(name, "").lower() not in _NO:
            raise NotConfigured(
                Text("调试模式会向访问者显示程序内部。", "Debugging shows the inside of the service to visitors."),
                remedy=Text(f"请去掉环境变量 {name}。", f"Unset {name}."),
                place=name,
            )


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
