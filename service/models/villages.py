"""Counties, townships and villages: where people come from and where the vacancies are."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Model

__all__ = ["County", "Township", "Village"]


class County(Model):
    """A county, district or county-level city (县、市、区)."""

    __tablename__ = "counties"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    county_code: Mapped[str] = mapped_column(String(6), unique=True)  # 6 digits; provisional ones begin with 99
    name: Mapped[str] = mapped_column(String(60), index=True)
    is_provisional: Mapped[bool] = mapped_column(default=False)


class Township(Model):
    """A township, town or subdistrict (乡镇、街道)."""

    __tablename__ = "townships"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    township_code: Mapped[str] = mapped_column(String(9), unique=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("counties.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    is_provisional: Mapped[bool] = mapped_column(default=False)

    county: Mapped[County] = relationship()


class Village(Model):
    """A village or community (行政村、社区)."""

    __tablename__ = "villages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    village_code: Mapped[str] = mapped_column(String(12), unique=True)
    township_id: Mapped[int] = mapped_column(ForeignKey("townships.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str | None] = mapped_column(String(20))  # village, community
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    coordinate_source: Mapped[str | None] = mapped_column(String(20))  # village, township, county
    settlement_type: Mapped[str | None] = mapped_column(String(2))  # G1..G4
    village_needs: Mapped[tuple[str, ...] | None]  # N0..N5
    population: Mapped[int | None]
    n_party_members: Mapped[int | None]
    industry_text: Mapped[str | None]
    industries: Mapped[tuple[str, ...] | None]  # terms of industry_terms.csv
    collective_income_wan: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    township: Mapped[Township] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute
