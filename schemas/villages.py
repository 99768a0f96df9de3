"""Villages on the wire."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import fields

from schemas.base import PageQuerySchema, RecordSchema
from schemas.codes import Code, Codes, IndustryWords
from schemas.fields import Name, PlainText
from schemas.numbers import PEOPLE, WAN_YUAN, Amount, Whole
from schemas.places import PlaceCode
from schemas.sorting import SortKey

__all__ = ["VillageQuerySchema", "VillageSchema"]


class VillageSchema(RecordSchema):
    """One village or community."""

    paths: ClassVar[Mapping[str, str]] = {
        "county": "township.county.name",
        "township": "township.name",
        "village": "name",
        "county_code": "township.county.county_code",
        "township_code": "township.township_code",
    }

    village_code = PlaceCode(12)
    county = Name(60, required=True)
    township = Name(60, required=True)
    village = Name(60, required=True)
    kind = Code("village_kind")
    latitude = Amount(least=-90, most=90)
    longitude = Amount(least=-180, most=180)
    coordinate_source = Code("coordinate_source")
    settlement_type = Code("settlement_type")
    village_needs = Codes("village_need")
    population = Whole(PEOPLE, most=1e7)
    n_party_members = Whole(PEOPLE, most=1e6)
    industry_text = PlainText()
    industries = IndustryWords()
    collective_income_wan = Amount(WAN_YUAN, most=1e5)

    county_code = fields.String(dump_only=True)
    township_code = fields.String(dump_only=True)
    is_provisional = fields.Boolean(dump_only=True)
    version = fields.Integer(dump_only=True)
    created_at = fields.AwareDateTime(dump_only=True)
    updated_at = fields.AwareDateTime(dump_only=True)


class VillageQuerySchema(PageQuerySchema):
    """Filters and order of a list of villages."""

    county_code = PlaceCode(6)
    township_code = PlaceCode(9)
    name = Name(60)
    sort = SortKey("village_code", "name", "updated_at", load_default="village_code")
