"""One memory of compiled SQL for all engines of a test run.

Every test opens a database of its own, and SQLAlchemy remembers compiled statements by engine and dialect object: a
quarter of the suite went into compiling the same few hundred statements again. The text of a statement depends on the
kind of the database alone, which is the same in all tests.
"""

from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

__all__ = ["share_compiled_statements"]

_N_STATEMENTS = 5_000


def share_compiled_statements(patch: pytest.MonkeyPatch) -> None:
    """Let engines that are opened from now on find what others of the same kind of database have compiled."""
    shared: LRUCache[Any, Any] = LRUCache(_N_STATEMENTS)
    # Engines set the memory of their own when they are made; a property takes no notice of it.
    patch.setattr(Engine, "_compiled_cache", property(lambda _: shared, lambda _, __: None), raising=False)
    patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
    patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
