"""The dictionary of pinyin, without the phrases that take most of the time it needs to load."""

import os
from types import ModuleType

__all__ = ["pinyin_library"]


def pinyin_library() -> ModuleType:
    """Return pypinyin, which reads characters one by one here.

    Everything that reads characters gets it from here: whether the phrases were loaded is decided by the first import,
    and must not depend on who came first.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin  # a tenth of a second even so: not when the program starts

    return pypinyin
