"""Checks and waivers that counted, as answers carry them and as a line reads."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from matching.vocabulary import Text

__all__ = ["GroundSchema", "ground_document", "ground_text", "waiver_texts"]

_KEYS = ("rule_id", "result", "document", "signed_by", "valid_until", "waiver_no", "proposed_by")
_NO_END = Text("未定", "no end")
_WAIVED = Text(
    "放宽 {rule_id}（{waiver_no}，{document}，{proposed_by} 提出，{signed_by} 签署，至 {until}）",
    "{rule_id} waived ({waiver_no}, {document}, proposed by {proposed_by}, signed by {signed_by}, until {until})",
)
_CHECKED = {
    "pass": Text(
        "{rule_id} 经核实符合（{document}，{signed_by}，至 {until}）",
        "{rule_id} checked and met ({document}, {signed_by}, until {until})",
    ),
    "fail": Text(
        "{rule_id} 经核实不符合（{document}，{signed_by}，至 {until}）",
        "{rule_id} checked and not met ({document}, {signed_by}, until {until})",
    ),
}


class GroundSchema(Schema):
    """One check or waiver: rule, result, document, who signed, the last day; number and proposer of a waiver."""

    rule_id = fields.String(required=True)
    result = fields.String(required=True, metadata={"enum": ["pass", "fail", "waived"]})
    document = fields.String(required=True)
    signed_by = fields.String(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    waiver_no = fields.String(required=True, allow_none=True)
    proposed_by = fields.String(required=True, allow_none=True)


def ground_document(ground: Any) -> dict[str, Any]:
    """Return a check or waiver, an object or a frozen mapping, without surrogate ids and with plain values."""
    found = ground if isinstance(ground, Mapping) else {key: getattr(ground, key) for key in _KEYS}
    until = found["valid_until"]
    return {**{key: found[key] for key in _KEYS}, "valid_until": until if isinstance(until, str | None) else str(until)}


def ground_text(document: Mapping[str, Any]) -> Text:
    """Say a check or waiver in one line."""
    template = _WAIVED if document["result"] == "waived" else _CHECKED[document["result"]]
    until = document["valid_until"] or _NO_END
    return template.filled(**{**document, "until": until})


def waiver_texts(documents: Any) -> list[Text]:
    """Say the waivers among some documents, one line each: they stand on every list."""
    return [ground_text(one) for one in documents if one["result"] == "waived"]
