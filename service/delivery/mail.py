"""Mails by SMTP."""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from service.delivery.failures import Undelivered

__all__ = ["Mail", "MailServer"]

_TIMEOUT_S = 20


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail; its number makes the Message-ID, so that a second delivery is known as the same mail."""

    number: str
    to: str
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The mail server of the organization.

    Parameters
    ----------
    host : str
    port : int
    sender : str
    security : {"starttls", "tls", "none"}
    user, password : str
        Empty for none.
    """

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, mail: Mail) -> None:
        """Hand a mail over.

        Raises
        ------
        Undelivered
            If the server cannot be reached or does not take it.
        """
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = mail.subject, self.sender, mail.to
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.number}@{self.sender.rpartition('@')[2] or 'talentpool'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"SMTP {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Undelivered(type(error).__name__) from error

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_S)
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server
