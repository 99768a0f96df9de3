"""Settings of what leaves the host by itself: mails and webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.settings.sign_in import is_sealed
from service.settings.values import choice, secret_of_file, whole_number

__all__ = ["NotificationSettings"]

_PASSWORD_FILE = "TALENTPOOL_SMTP_PASSWORD_FILE"  # noqa: S105 - the name of a variable
_SECRET_FILE = "TALENTPOOL_WEBHOOK_SECRET_FILE"  # noqa: S105 - the name of a variable
_SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True, kw_only=True)
class NotificationSettings:
    """Where messages go; without a host no mail leaves, without an address no webhook.

    Parameters
    ----------
    smtp_host : str
        ``TALENTPOOL_SMTP_HOST``; "" for none.
    smtp_port : int
        ``TALENTPOOL_SMTP_PORT``.
    smtp_from : str
        Address of the sender (``TALENTPOOL_SMTP_FROM``).
    smtp_security : {"starttls", "tls", "none"}
        ``TALENTPOOL_SMTP_SECURITY``.
    smtp_user : str
        ``TALENTPOOL_SMTP_USER``; "" for none.
    smtp_password : str
        In the file that ``TALENTPOOL_SMTP_PASSWORD_FILE`` names.
    webhook_url : str
        ``TALENTPOOL_WEBHOOK_URL``; "" for none.
    webhook_secret : str
        In the file that ``TALENTPOOL_WEBHOOK_SECRET_FILE`` names; signs every message.
    public_url : str
        Where people reach the service (``TALENTPOOL_PUBLIC_URL``), for links in messages.
    """

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_from: str = ""
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    public_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "NotificationSettings":
        """Read the settings.

        Raises
        ------
        NotConfigured
            If one cannot be used, or one is missing beside another.
        """
        has = {name: bool(environment.get(name)) for name in (_PASSWORD_FILE, _SECRET_FILE)}
        read = cls(
            smtp_host=environment.get("TALENTPOOL_SMTP_HOST") or "",
            smtp_port=whole_number(environment, "TALENTPOOL_SMTP_PORT", cls.smtp_port, least=1, most=65_535),
            smtp_from=environment.get("TALENTPOOL_SMTP_FROM") or "",
            smtp_security=choice(environment, "TALENTPOOL_SMTP_SECURITY", cls.smtp_security, among=_SECURITY),
            smtp_user=environment.get("TALENTPOOL_SMTP_USER") or "",
            smtp_password=secret_of_file(environment, _PASSWORD_FILE) if has[_PASSWORD_FILE] else "",
            webhook_url=environment.get("TALENTPOOL_WEBHOOK_URL") or "",
            webhook_secret=secret_of_file(environment, _SECRET_FILE) if has[_SECRET_FILE] else "",
            public_url=(environment.get("TALENTPOOL_PUBLIC_URL") or "").rstrip("/"),
        )
        read._refuse_halves()
        return read

    def _refuse_halves(self) -> None:
        if self.smtp_host and "@" not in self.smtp_from:
            raise _missing("TALENTPOOL_SMTP_FROM", Text("发信地址", "the address of the sender"))
        if self.smtp_user and not self.smtp_password:
            raise _missing(_PASSWORD_FILE, Text("发信密码文件", "the file of the password"))
        if (
            self.smtp_user
            and self.smtp_security == "none"
            and not is_sealed(f"smtp://{self.smtp_host}", schemes=(), plain="smtp")
        ):
            raise NotConfigured(
                Text("发信密码会以明文经过网络。", "The password of the mail server would cross the network in clear."),
                remedy=Text("请设为 starttls 或 tls。", "Set it to starttls or tls."),
                place="TALENTPOOL_SMTP_SECURITY",
            )
        if self.webhook_url and not self.webhook_url.startswith(("https://", "http://")):
            raise _missing("TALENTPOOL_WEBHOOK_URL", Text("以 https:// 开头的地址", "an address with https://"))
        if self.webhook_url and not self.webhook_secret:
            raise _missing(_SECRET_FILE, Text("签名密钥文件", "the file of the secret"))


def _missing(place: str, what: Text) -> NotConfigured:
    return NotConfigured(
        Text(f"缺少{what.zh}。", f"It needs {what.en}."),
        remedy=Text("请补上，或去掉相关设置。", "Set it, or leave out what depends on it."),
        place=place,
    )
