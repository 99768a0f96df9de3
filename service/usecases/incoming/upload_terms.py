"""What is given for a file while it is being imported step by step."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from service.usecases.incoming.imports import ImportOptions
from service.usecases.records.attestation import Attestation

__all__ = ["UploadTerms"]


@dataclass(frozen=True, kw_only=True)
class UploadTerms:
    """What is given for a whole file, and cells of it that were mended.

    Parameters
    ----------
    attested_by, attested_document : str or None
        Who vouches for 已核验 and 已核定, and by which document; both or neither.
    office : str or None
        Whose saved headers were used.
    columns, cells : mapping of str to str
    county, township, talent_source, encoding, is_all_or_nothing, erases_blanks, keeps_conflicts
        As in `ImportOptions`.
    """

    county: str | None = None
    township: str | None = None
    talent_source: str | None = None
    attested_by: str | None = None
    attested_document: str | None = None
    encoding: str | None = None
    is_all_or_nothing: bool = False
    erases_blanks: bool = False
    keeps_conflicts: bool = False
    office: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)

    def options(self, *, is_dry_run: bool) -> ImportOptions:
        """Return the terms as an import takes them."""
        name, document = self.attested_by, self.attested_document
        return ImportOptions(
            attestation=Attestation(name, document) if name and document else None,
            county=self.county,
            township=self.township,
            talent_source=self.talent_source,
            is_dry_run=is_dry_run,
            is_all_or_nothing=self.is_all_or_nothing and not is_dry_run,
            erases_blanks=self.erases_blanks,
            keeps_conflicts=self.keeps_conflicts,
            encoding=self.encoding,
            columns=self.columns,
            cells=self.cells,
        )

    @property
    def reading(self) -> "UploadTerms":
        """The terms on which the rows are read; what is mended or decided while checking is left out."""
        return replace(self, cells={}, is_all_or_nothing=False, keeps_conflicts=False)

    def as_json(self) -> str:
        """Return the terms as they are kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> "UploadTerms":
        """Return the terms as they were kept."""
        document: dict[str, Any] = json.loads(text)
        return cls(**document)
