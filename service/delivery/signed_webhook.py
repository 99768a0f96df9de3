"""Webhooks: JSON by POST, signed."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.delivery.failures import Undelivered

__all__ = ["Webhook", "signature_of"]

_TIMEOUT_S = 10
_REDIRECT = "HTTP redirect"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed message goes to the address that was set and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse to follow."""
        return


def signature_of(body: bytes, *, secret: str, timestamp: int) -> str:
    """Return the HMAC-SHA256 of ``timestamp.body`` as hexadecimal digits; a receiver compares it in constant time."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that takes messages.

    Parameters
    ----------
    url : str
        http or https.
    secret : str
    """

    url: str
    secret: str = field(repr=False)

    def send(self, number: str, document: Mapping[str, Any], *, at: datetime) -> None:
        """Hand a message over; any answer from 200 to 299 means that it was taken.

        Raises
        ------
        Undelivered
            If the address cannot be reached or answers otherwise.
        """
        body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
        timestamp = int(at.timestamp())
        signature = signature_of(body, secret=self.secret, timestamp=timestamp)
        headers = {
            "Content-Type": "application/json",
            "Talentpool-Message": number,  # the same at every attempt: a receiver takes each number once
            "Talentpool-Signature": f"t={timestamp},v1={signature}",
        }
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310 - the settings take http and https only
        try:
            with urllib.request.build_opener(_NoRedirects).open(request, timeout=_TIMEOUT_S):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise Undelivered(f"HTTP {error.code}") from error
        except (OSError, ValueError) as error:
            raise Undelivered(type(error).__name__) from error
