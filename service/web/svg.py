"""What all charts are put together from."""

from markupsafe import Markup, escape

__all__ = ["hidden_picture", "picture", "short"]


def picture(
    kind: str, width: int, height: int, label: str, body: str, *, role: str = "img", is_stretched: bool = False
) -> Markup:
    """Return a picture that says its sentence; words in its body are escaped by the caller."""
    return _svg(kind, width, height, f'role="{role}" aria-label="{escape(label)}"', body, is_stretched=is_stretched)


def hidden_picture(kind: str, width: int, height: int, body: str, *, is_stretched: bool = False) -> Markup:
    """Return a picture beside the same figures in words, which nobody needs read out."""
    return _svg(kind, width, height, 'aria-hidden="true"', body, is_stretched=is_stretched)


def short(value: float) -> str:
    """Return a length with one decimal, or none where it is whole."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(kind: str, width: int, height: int, said: str, body: str, *, is_stretched: bool) -> Markup:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    fit = ' preserveAspectRatio="none"' if is_stretched else ""
    return Markup(f'<svg class="{kind}" {size} {said}{fit}>{body}</svg>')  # noqa: S704 - escaped by picture and its callers
