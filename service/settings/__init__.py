"""Settings: read once from the environment, checked, and then passed on as one object."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matching.vocabulary import Language, Text
from service.errors import NotConfigured
from service.settings.accounts import AccountSettings
from service.settings.notifications import NotificationSettings
from service.settings.operations import OperationsSettings
from service.settings.plan import PlanSettings
from service.settings.retention import RetentionSettings
from service.settings.sign_in import LdapSettings, OidcSettings
from service.settings.values import Asked, choice, flag, whole_number

__all__ = ["Settings"]

DEFAULT_DIRECTORY = Path("var")
_MOST_MONTHS = 600
_PREFIX = "TALENTPOOL_"
# Who acts on the command line, and where the tools of PostgreSQL are.
_READ_ELSEWHERE = frozenset({"TALENTPOOL_TOKEN", "TALENTPOOL_TOKEN_FILE", "TALENTPOOL_AS", "TALENTPOOL_PG_TOOLS"})
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
    accounts : AccountSettings
        Passwords, second factor, sessions, lockout, rates.
    oidc, ldap : OidcSettings, LdapSettings or None
        Other houses that vouch for accounts.
    operations : OperationsSettings
        Who may read the metrics, and how much disk has to be free.
    notifications : NotificationSettings
        Where mails and webhooks go.
    retention : RetentionSettings
        How long records are kept after their purpose has ended.
    plan : PlanSettings
        How many people the pools shall have, and when.
    cipher : str
        Algorithms of new keys (``TALENTPOOL_CIPHER``): ``aes`` (AES-256-GCM, HMAC-SHA256), ``sm`` (SM4-GCM, HMAC-SM3).
    """

    database_url: str
    key_file: Path
    language: str = Language.ZH
    secure_cookies: bool = False
    stale_months: int = 12
    verification_months: int = 24
    accounts: AccountSettings = field(default_factory=AccountSettings)
    oidc: OidcSettings | None = None
    ldap: LdapSettings | None = None
    operations: OperationsSettings = field(default_factory=OperationsSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    cipher: str = "aes"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings from environment variables.

        Raises
        ------
        NotConfigured
            If a value is not usable; the message names the variable.
        """
        environment = Asked(environment, others=_READ_ELSEWHERE)
        url = environment.get("TALENTPOOL_DATABASE_URL") or f"sqlite:///{DEFAULT_DIRECTORY / 'talentpool.db'}"
        language = environment.get("TALENTPOOL_LANG") or Language.ZH
        if language not in set(Language):
            raise NotConfigured(
                Text(f"不支持的语言“{language}”。", f"The language '{language}' is not known."),
                remedy=Text("请设为 zh 或 en。", "Set it to zh or en."),
                place="TALENTPOOL_LANG",
            )
        read = cls(
            database_url=_checked_url(url),
            key_file=Path(environment.get("TALENTPOOL_KEY_FILE") or DEFAULT_DIRECTORY / "talentpool.key"),
            language=language,
            secure_cookies=flag(environment, "TALENTPOOL_SECURE_COOKIES"),
            stale_months=_months(environment, "TALENTPOOL_STALE_MONTHS", cls.stale_months),
            verification_months=_months(environment, "TALENTPOOL_VERIFICATION_MONTHS", cls.verification_months),
            accounts=AccountSettings.from_environment(environment),
            oidc=OidcSettings.from_environment(environment),
            ldap=LdapSettings.from_environment(environment),
            operations=OperationsSettings.from_environment(environment),
            notifications=NotificationSettings.from_environment(environment),
            retention=RetentionSettings.from_environment(environment),
            plan=PlanSettings.from_environment(environment),
            cipher=choice(environment, "TALENTPOOL_CIPHER", cls.cipher, among=_CIPHERS),
        )
        environment.refuse_unknown(_PREFIX)
        return read


def _months(environment: Mapping[str, str], name: str, default: int) -> int:
    return whole_number(environment, name, default, least=1, most=_MOST_MONTHS, unit=Text("月数", "number of months"))


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
