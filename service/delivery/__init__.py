"""Ways by which messages leave the host: a mail server, an address that takes webhooks. No database."""

from service.delivery.failures import Undelivered
from service.delivery.mail import Mail, MailServer
from service.delivery.signed_webhook import Webhook, signature_of

__all__ = ["Mail", "MailServer", "Undelivered", "Webhook", "signature_of"]
