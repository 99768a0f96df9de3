"""Settings of what is watched: who may read the figures, and how much disk has to be free."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.vocabulary import Text
from service.settings.values import flag, secret_of_file, whole_number

__all__ = ["OperationsSettings"]


_TOKEN_FILE = "TALENTPOOL_METRICS_TOKEN_FILE"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, kw_only=True)
class OperationsSettings:
    """What a watcher may ask for.

    Parameters
    ----------
    metrics_token : str
        Bearer token that reads ``/metrics``, in the file that ``TALENTPOOL_METRICS_TOKEN_FILE`` names; "" for none.
    metrics_on_loopback : bool
        Whether ``/metrics`` answers programs of this host without a token (``TALENTPOOL_METRICS_LOOPBACK``).
    least_free_mb : int
        Free disk space below which the service says that it is not ready (``TALENTPOOL_LEAST_FREE_MB``).
    """

    metrics_token: str = ""
    metrics_on_loopback: bool = False
    least_free_mb: int = 200

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "OperationsSettings":
        """Read the settings.

        Raises
        ------
        NotConfigured
            If the file of the token cannot be used, or a number is none.
        """
        return cls(
            metrics_token=secret_of_file(environment, _TOKEN_FILE) if environment.get(_TOKEN_FILE) else "",
            metrics_on_loopback=flag(environment, "TALENTPOOL_METRICS_LOOPBACK"),
            least_free_mb=whole_number(
                environment,
                "TALENTPOOL_LEAST_FREE_MB",
                cls.least_free_mb,
                least=0,
                most=10**7,
                unit=Text("MB 数", "MB"),
            ),
        )
