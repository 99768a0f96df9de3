"""Reading single settings: what cannot be used is refused with the name of its variable."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from matching.vocabulary import Text
from service.errors import NotConfigured

__all__ = ["Asked", "choice", "flag", "names", "secret_of_file", "whole_number"]

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})
_SHORTEST_SECRET = 16


class Asked(Mapping[str, str]):
    """An environment that knows which variables were asked for: a setting that nobody reads is a typing error.

    Parameters
    ----------
    environment : mapping
    others : collection of str
        Names of ours that are read elsewhere.
    """

    def __init__(self, environment: Mapping[str, str], *, others: Collection[str] = ()) -> None:
        self._environment = environment
        self.known = set(others)

    def __getitem__(self, name: str) -> str:
        self.known.add(name)
        return self._environment[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)

    def refuse_unknown(self, prefix: str) -> None:
        """Refuse variables with our prefix that no setting reads.

        Raises
        ------
        NotConfigured
            With the nearest name that there is.
        """
        for name in sorted(self._environment):
            if not name.startswith(prefix) or name in self.known:
                continue
            near = get_close_matches(name, self.known, n=1, cutoff=0.6)
            raise NotConfigured(
                Text("没有这个设置项。", "There is no such setting."),
                remedy=Text(f"是否 {near[0]}？", f"Did you mean {near[0]}?")
                if near
                else Text("全部设置项见 docs/operations.md。", "docs/operations.md lists all of them."),
                place=name,
            )


def whole_number(
    environment: Mapping[str, str], name: str, default: int, *, least: int, most: int, unit: Text | None = None
) -> int:
    """Return a whole number from `least` to `most`.

    Raises
    ------
    NotConfigured
        If it is anything else.
    """
    value = environment.get(name) or str(default)
    if value.isascii() and value.isdigit() and least <= int(value) <= most:
        return int(value)
    unit = unit or Text("数", "number")
    raise NotConfigured(
        Text(f"“{value}”不是有效的{unit.zh}。", f"'{value}' is no usable {unit.en}."),
        remedy=Text(f"请设为 {least} 至 {most} 的整数。", f"Set a whole number from {least} to {most}."),
        place=name,
    )


def flag(environment: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """Return whether a setting says yes.

    Raises
    ------
    NotConfigured
        If it says neither yes nor no: a typing error must not switch a protection off.
    """
    value = environment.get(name)
    if value is None:
        return default
    if value.lower() in _YES | _NO:
        return value.lower() in _YES
    raise NotConfigured(
        Text(f"“{value}”既不是“是”也不是“否”。", f"'{value}' says neither yes nor no."),
        remedy=Text("请设为 1 或 0。", "Set it to 1 or 0."),
        place=name,
    )


def choice(environment: Mapping[str, str], name: str, default: str, *, among: Collection[str]) -> str:
    """Return one of the values in `among`.

    Raises
    ------
    NotConfigured
        If it is none of them.
    """
    value = environment.get(name) or default
    if value in among:
        return value
    raise NotConfigured(
        Text(f"“{value}”不在可选范围内。", f"'{value}' is not among the choices."),
        remedy=Text(f"可选：{'、'.join(among)}。", f"Choose among {', '.join(among)}."),
        place=name,
    )


def names(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    return tuple(word.strip() for word in environment.get(name, "").split(",") if word.strip())


def secret_of_file(environment: Mapping[str, str], name: str) -> str:
    """Return the secret in the file that a variable names; secrets themselves never stand in the environment.

    Raises
    ------
    NotConfigured
        If the variable is missing, the file cannot be read, others may read it, or the secret is short.
    """
    path = Path(environment.get(name, ""))
    try:
        mode = path.stat().st_mode
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise NotConfigured(
            Text("无法读取密钥文件。", "The file with the secret cannot be read."),
            remedy=Text("请写入文件路径，并核对文件权限。", "Give the path of the file, and check who may read it."),
            place=name,
        ) from error
    if mode & 0o077:
        raise NotConfigured(
            Text("该文件其他用户也能读取。", "Others may read this file."),
            remedy=Text(f"请运行 chmod 600 {path}。", f"Run chmod 600 {path}."),
            place=name,
        )
    if len(secret) < _SHORTEST_SECRET:
        raise NotConfigured(
            Text(f"密钥不足 {_SHORTEST_SECRET} 个字符。", f"The secret has fewer than {_SHORTEST_SECRET} characters."),
            remedy=Text("请换用随机生成的长密钥。", "Use a long random one."),
            place=name,
        )
    return secret
