"""One process of an attacker who guesses a password; it prints how many guesses reached the hash."""

import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import argon2

CALLS: list[str] = []
LOCK = threading.Lock()
VERIFY = argon2.PasswordHasher.verify


def _counted(self: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
    with LOCK:
        CALLS.append(password)
    return VERIFY(self, password_hash, password)


def main(url: str, key_file: str, username: str, n_guesses: int, starts_at: float) -> None:
    """Guess `n_guesses` times at once, beginning at a moment that all processes share."""
    argon2.PasswordHasher.verify = _counted  # type: ignore[method-assign]  # to count the calls
    from service.installation import open_database
    from service.settings import Settings
    from service.settings.accounts import AccountSettings
    from service.usecases import accounts

    database = open_database(Settings(database_url=url, key_file=Path(key_file)))
    settings = AccountSettings(sign_ins_per_minute=1000)
    origin = accounts.Origin(address="192.0.2.1")
    time.sleep(max(0.0, starts_at - time.time()))

    def guess(number: int) -> str:
        outcome = accounts.sign_in(
            database,
            username=username,
            password=f"guess-{number}",
            settings=settings,
            origin=origin,
            now=datetime.now(UTC),
        )
        return type(outcome).__name__

    with ThreadPoolExecutor(10) as pool:
        outcomes = Counter(pool.map(guess, range(n_guesses)))
    print(len(CALLS), outcomes["Unauthenticated"], outcomes["TooManyRequests"])  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
