"""Figures by route, as Prometheus reads them."""

import hmac
import os
from functools import cache
from ipaddress import ip_address

from flask import Request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as text_of
from prometheus_client.multiprocess import MultiProcessCollector

from service.operations.shared_metrics import DIRECTORY
from service.settings import Settings

__all__ = ["CONTENT_TYPE", "count_request", "exposition", "in_progress", "may_read_metrics", "policy_reports"]

CONTENT_TYPE = CONTENT_TYPE_LATEST
_LIMITS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


@cache
def _requests() -> Counter:
    return Counter("talentpool_requests", "Requests answered.", ("route", "method", "status"))


@cache
def _seconds() -> Histogram:
    return Histogram("talentpool_request_seconds", "Time to answer.", ("route", "method"), buckets=_LIMITS_S)


@cache
def policy_reports() -> Counter:
    """Return the counter of what browsers reported of a broken content policy."""
    return Counter("talentpool_policy_reports", "Reported violations of the content policy.", ("directive",))


@cache
def in_progress() -> Gauge:
    """Return the gauge of requests that are being answered."""
    return Gauge("talentpool_requests_in_progress", "Requests being answered.", multiprocess_mode="livesum")


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request.

    Parameters
    ----------
    route : str
        Pattern of the address, never the address.
    method : str
    status : int
    seconds : float
    """
    _requests().labels(route, method, str(status)).inc()
    _seconds().labels(route, method).observe(seconds)


def exposition() -> bytes:
    """Return all figures in Prometheus' text format; of all processes where several serve."""
    if not os.environ.get(DIRECTORY):
        return text_of(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return text_of(registry)


def may_read_metrics(asked: Request, settings: Settings) -> bool:
    """Whether a request carries the token, or comes from this host itself where that is enough."""
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    expected = settings.operations.metrics_token
    if expected and scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), expected.encode()):
        return True
    # Behind a proxy of this host every request comes from it; then only the token counts.
    is_forwarded = any(name in asked.headers for name in _FORWARDED)
    return settings.operations.metrics_on_loopback and not is_forwarded and _is_loopback(asked.remote_addr)


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
