"""Settings: read once from the environment, checked, and then passed on as one object."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matching.vocabulary import Language, Text
from service.errors import NotConfigured

__all__ = ["Settings"]

DEFAULT_DIRECTORY = Path("var")
_MOST_MONTHS = 600
_CIPHERS = ("aes", "sm")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two installations.

    Parameters
    ----------
    database_url : str
        SQLAlchemy address of the database (``TALENTPOOL_DATABASE_URL``); SQLite or PostgreSQL.
    key_file : Path
        File with the encryption and session keys (``TALENTPOOL_KEY_FILE``), outside the database.
    language : str
        Language of pages and messages before somebody chooses (``TALENTPOOL_LANG``), ``zh`` or ``en``.
    secure_cookies : bool
        Whether cookies travel over HTTPS only (``TALENTPOOL_SECURE_COOKIES``); set it behind a TLS proxy.
    stale_months : int
        After how many months without a change a record is old (``TALENTPOOL_STALE_MONTHS``).
    verification_months : int
        For how many months a verification counts (``TALENTPOOL_VERIFICATION_MONTHS``).
    cipher : str
        Algorithms of new keys (``TALENTPOOL_CIPHER``): ``aes`` (AES-256-GCM, HMAC-SHA256), ``sm`` (SM4-GCM, HMAC-SM3).
    """

    database_url: str
    key_file: Path
    language: str = Language.ZH
    secure_cookies: bool = False
    stale_months: int = 12
    verification_months: int = 24
    cipher: str = "aes"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings from environment variables.

        Raises
        ------
        NotConfigured
            If a value is not usable; the message names the variable.
        """
        url = environment.get("TALENTPOOL_DATABASE_URL") or f"sqlite:///{DEFAULT_DIRECTORY / 'talentpool.db'}"
        language = environment.get("TALENTPOOL_LANG") or Language.ZH
        if language not in set(Language):
            raise NotConfigured(
                Text(f"不支持的语言“{language}”。", f"The language '{language}' is not known."),
                remedy=Text("请设为 zh 或 en。", "Set it to zh or en."),
                place="TALENTPOOL_LANG",
            )
        return cls(
            database_url=_checked_url(url),
            key_file=Path(environment.get("TALENTPOOL_KEY_FILE") or DEFAULT_DIRECTORY / "talentpool.key"),
            language=language,
            secure_cookies=environment.get("TALENTPOOL_SECURE_COOKIES", "") not in {"", "0", "false", "no"},
            stale_months=_months(environment, "TALENTPOOL_STALE_MONTHS", cls.stale_months),
            verification_months=_months(environment, "TALENTPOOL_VERIFICATION_MONTHS", cls.verification_months),
            cipher=_cipher(environment),
        )


def _cipher(environment: Mapping[str, str]) -> str:
    cipher = environment.get("TALENTPOOL_CIPHER") or _CIPHERS[0]
    if cipher in _CIPHERS:
        return cipher
    raise NotConfigured(
        Text(f"没有加密套件“{cipher}”。", f"There is no cipher suite '{cipher}'."),
        remedy=Text("请设为 aes（国际算法）或 sm（国密算法）。", "Set aes, or sm for the Chinese algorithms."),
        place="TALENTPOOL_CIPHER",
    )


def _months(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name) or str(default)
    if value.isascii() and value.isdigit() and 1 <= int(value) <= _MOST_MONTHS:
        return int(value)
    raise NotConfigured(
        Text(f"“{value}”不是月数。", f"'{value}' is no number of months."),
        remedy=Text(f"请设为 1 至 {_MOST_MONTHS} 的整数。", f"Set a whole number from 1 to {_MOST_MONTHS}."),
        place=name,
    )


def _checked_url(url: str) -> str:
    if url.startswith("sqlite:///"):
        return url
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise NotConfigured(
        Text(
            "数据库地址应以 sqlite:/// 或 postgresql:// 开头。",
            "The database address must start with sqlite:/// or postgresql://.",
        ),
        remedy=Text("例如 sqlite:///var/talentpool.db。", "For example sqlite:///var/talentpool.db."),
        place="TALENTPOOL_DATABASE_URL",
    )
