"""What the API document says of a field, in both languages."""

from matching.vocabulary import Text

__all__ = ["meant"]


def meant(zh: str, en: str) -> dict[str, str]:
    """Return the keys of an OpenAPI object that explain it; they do as the metadata of a marshmallow field too."""
    text = Text(zh, en)
    return {"description": text.en, "x-description-zh": text.zh}
