"""What was written, brought to one form: names, id numbers, phones and employers."""

import re
import unicodedata

from schemas.identity import checksum_of
from service.linkage.characters import folded, reading_of

__all__ = ["LONGEST_NAME", "plain_employer", "plain_id_number", "plain_name", "plain_phone", "spellings"]

LONGEST_NAME = 12  # characters that are compared
_OLD_NUMBER, _NUMBER = 15, 18
_DIGITS_OF_LETTERS = str.maketrans("OoQDlIi|BSsZz×*＊", "0000111185522XXX")  # as scanners read them
_BRACKETS = re.compile(r"[(（\[【〔].*?(?:[)）\]】〕]|$)")
_PHONE_DIGITS = 11
_U_WITH_DOTS = str.maketrans(dict.fromkeys("üǖǘǚǜÜǕǗǙǛ", "v"))


def plain_name(name: str | None) -> str:
    """Return a name without blanks, dots and remarks, in the forms that count; letters are capitals without tones."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", name or ""))
    decomposed = unicodedata.normalize("NFD", text.translate(_U_WITH_DOTS))
    letters = (letter for letter in decomposed if unicodedata.category(letter)[0] in "LN")
    return "".join(folded(letter) for letter in letters).upper()[: LONGEST_NAME * 3]


def spellings(plain: str) -> tuple[str, ...]:
    """Return how a plain name is spelt in pinyin, the surname first and last; of letters, the letters."""
    if plain.isascii():
        return (plain.replace("LYU", "LV").replace("NYU", "NV"),) if plain else ()
    read = [reading_of(c, is_first=place == 0).upper() for place, c in enumerate(plain)]
    turned = ("".join(read[cut:] + read[:cut]) for cut in (0, 1, 2) if cut < len(read))
    return tuple(dict.fromkeys(turned))


def plain_id_number(id_number: str | None) -> str:
    """Return an id number of 18 characters, also from 15 and from letters that a scanner took for digits."""
    text = unicodedata.normalize("NFKC", id_number or "").translate(_DIGITS_OF_LETTERS).upper()
    text = "".join(sign for sign in text if sign in "0123456789X")
    if len(text) == _OLD_NUMBER and text.isdigit():
        longer = f"{text[:6]}19{text[6:]}"
        text = longer + checksum_of(longer)
    return text if _NUMBER - 2 <= len(text) <= _NUMBER + 1 else ""


def plain_phone(phone: str | None) -> str:
    """Return the digits of a phone without the code of the country."""
    text = unicodedata.normalize("NFKC", phone or "").translate(_DIGITS_OF_LETTERS)
    digits = "".join(sign for sign in text if sign in "0123456789")
    return digits[-_PHONE_DIGITS:] if len(digits) > _PHONE_DIGITS and digits.startswith(("86", "0086")) else digits


def plain_employer(employer: str | None) -> str:
    """Return an employer without blanks and punctuation."""
    text = unicodedata.normalize("NFKC", employer or "")
    return "".join(folded(sign) for sign in text if sign.isalnum())
