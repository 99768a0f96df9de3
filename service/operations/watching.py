"""Around every request: an id, one line in the log, its figures; and the addresses that watchers ask."""

import re
import time
import uuid

import structlog
from flask import Blueprint, Flask, Response, abort, g, jsonify, request

from service.context import WATCHED, database, service, settings
from service.operations import log, metrics
from service.operations.policy_reports import LONGEST, reports_in
from service.operations.readiness import readiness

__all__ = ["REQUEST_ID", "register"]

REQUEST_ID = "X-Request-ID"
# Only ids that nobody can hide a name or a number in: UUIDs and trace ids.
_KNOWN_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_UNKNOWN_ROUTE = "(none)"
_MOST_REPORTS, _MOST_REPORTS_OF_ALL = 20, 200  # a minute
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

blueprint = Blueprint(WATCHED, __name__)


def register(app: Flask) -> None:
    """Attach the log, the figures and the addresses of the watchers; first of all, so that nothing is missed."""
    log.set_up()
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)
    app.register_blueprint(blueprint)


@blueprint.get("/health/live")
def live() -> Response:
    """Say that this process answers."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
def ready() -> Response:
    """Say whether everything is there that the service needs; 503 if not."""
    checks = readiness(database(), settings())
    answer = jsonify(status="ready" if all(checks.values()) else "not ready", checks=checks)
    answer.status_code = 200 if all(checks.values()) else 503
    return answer


@blueprint.get("/metrics")
def figures() -> Response:
    """Answer with the figures, for who may read them; for others there is no such address."""
    if not metrics.may_read_metrics(request, settings()):
        abort(404)
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


@blueprint.post("/csp-reports")
def report_policy() -> Response:
    """Take what a browser reports of a broken content policy: few, short ones, from whoever has seen a page."""
    service().rates.count(f"csp {request.remote_addr}", most=_MOST_REPORTS)
    service().rates.count("csp", most=_MOST_REPORTS_OF_ALL)
    body = request.stream.read(LONGEST + 1)
    if len(body) > LONGEST:
        abort(413)
    for one in reports_in(body):
        metrics.policy_reports().labels(one.directive).inc()
        told = f"policy report: {one.directive}, blocked {one.blocked}"  # words of ours only
        structlog.stdlib.get_logger(log.LOGGER).warning(told, route=one.route)
    return Response(status=204)


def _begin() -> None:
    asked = request.headers.get(REQUEST_ID, "").lower()
    g.request_id = asked if _KNOWN_ID.fullmatch(asked) else str(uuid.uuid4())
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    metrics.in_progress().inc()
    g.is_counted = True


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.request_id
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule is not None else _UNKNOWN_ROUTE
    method = request.method if request.method in _METHODS else "OTHER"
    metrics.count_request(route=route, method=method, status=response.status_code, seconds=seconds)
    actor = g.get("actor")
    structlog.stdlib.get_logger(log.LOGGER).info(
        "request",
        method=method,
        route=route,
        status=response.status_code,
        duration_ms=round(1000 * seconds, 1),
        account=actor.username if actor is not None else None,
    )
    return response


def _leave(_error: BaseException | None) -> None:
    if g.pop("is_counted", False):
        metrics.in_progress().dec()
    structlog.contextvars.clear_contextvars()
