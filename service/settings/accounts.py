"""Settings of accounts: passwords, second factor, sessions, lockout, rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from matching.vocabulary import Text
from service.settings.values import choice, names, whole_number

__all__ = ["EVERYBODY", "AccountSettings"]

EVERYBODY = "all"
_POLICIES = ("asvs", "complex")
_MINUTES = Text("分钟数", "number of minutes")
_HOURS = Text("小时数", "number of hours")
_DAYS = Text("天数", "number of days")


@dataclass(frozen=True, kw_only=True)
class AccountSettings:
    """How people prove who they are, and for how long that holds.

    Parameters
    ----------
    password_policy : str
        ``asvs`` (long, not common, no rotation) or ``complex`` (four classes, history, 90 days).
    second_factor_roles : tuple of str
        Roles that may not work without a second factor; ``all`` means every role.
    idle_limit, absolute_limit : timedelta
        After what time without a request, and after what time at all, a session ends.
    longest_token : timedelta
        After what time at the latest an API token ends.
    lock_after : int
        Number of wrong passwords (or codes) in a row that lock an account name.
    lock_time : timedelta
        For how long.
    sign_ins_per_minute : int
        How many attempts to sign in one address may make in a minute.
    requests_per_minute : int
        How many requests one account may make in a minute on one worker process.
    trusted_proxies : int
        How many proxies in front of the service write ``X-Forwarded-For`` truthfully.
    """

    password_policy: str = "asvs"  # noqa: S105 - the name of a policy
    second_factor_roles: tuple[str, ...] = ()
    idle_limit: timedelta = timedelta(hours=2)
    absolute_limit: timedelta = timedelta(hours=12)
    longest_token: timedelta = timedelta(days=180)
    lock_after: int = 5
    lock_time: timedelta = timedelta(minutes=15)
    sign_ins_per_minute: int = 60
    requests_per_minute: int = 6000
    trusted_proxies: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "AccountSettings":
        """Read the settings from environment variables.

        Raises
        ------
        NotConfigured
            If a value is not usable; the message names the variable.
        """

        def number(name: str, default: int, *, least: int, most: int, unit: Text | None = None) -> int:
            return whole_number(environment, name, default, least=least, most=most, unit=unit)

        return cls(
            password_policy=choice(environment, "TALENTPOOL_PASSWORD_POLICY", cls.password_policy, among=_POLICIES),
            second_factor_roles=names(environment, "TALENTPOOL_SECOND_FACTOR_ROLES"),
            idle_limit=timedelta(
                minutes=number("TALENTPOOL_SESSION_IDLE_MINUTES", 120, least=1, most=1440, unit=_MINUTES)
            ),
            absolute_limit=timedelta(hours=number("TALENTPOOL_SESSION_HOURS", 12, least=1, most=168, unit=_HOURS)),
            longest_token=timedelta(days=number("TALENTPOOL_TOKEN_DAYS", 180, least=1, most=366, unit=_DAYS)),
            lock_after=number("TALENTPOOL_LOCK_AFTER", cls.lock_after, least=3, most=10),
            lock_time=timedelta(minutes=number("TALENTPOOL_LOCK_MINUTES", 15, least=1, most=1440, unit=_MINUTES)),
            sign_ins_per_minute=number(
                "TALENTPOOL_SIGN_INS_PER_MINUTE", cls.sign_ins_per_minute, least=1, most=100_000
            ),
            requests_per_minute=number(
                "TALENTPOOL_REQUESTS_PER_MINUTE", cls.requests_per_minute, least=10, most=1_000_000
            ),
            trusted_proxies=number("TALENTPOOL_TRUSTED_PROXIES", cls.trusted_proxies, least=0, most=5),
        )

    def needs_second_factor(self, roles: "tuple[str, ...] | frozenset[str]") -> bool:
        """Whether somebody with these roles may not work without a second factor."""
        return EVERYBODY in self.second_factor_roles or bool(set(roles) & set(self.second_factor_roles))
