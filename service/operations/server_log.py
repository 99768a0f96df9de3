"""The log of the server itself, in the form of ours."""

from typing import Any

from gunicorn.glogging import Logger

from service.operations.log import formatter

__all__ = ["ServerLog"]


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log of errors as JSON without personal data; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        """Let gunicorn open its streams, and write our lines to them."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter())
