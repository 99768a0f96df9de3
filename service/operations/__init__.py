"""What is watched of the running service: log lines, request ids, figures by route, and whether it is ready."""

from service.operations.watching import register

__all__ = ["register"]
