"""From a table of the rulebook to a `Rule`, refusing what the program does not know."""

from collections.abc import Collection

from matching.documents import Section
from matching.facts import FACTS, PROTECTED, VACANCY_LIMITS, Fact, Origin
from matching.rules import KINDS_OF_FACT, Condition, Kind, Override, Rule
from matching.vocabulary import Confidence, Missing, Stage, Text, Verdict
from matching.vocabulary.codes import code_table

__all__ = ["TEXT_PLACES", "RuleReader"]

TEXT_PLACES = frozenset({"value", "limit", "as_of", "label"})
_JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.TO_VERIFY)


class RuleReader:
    """Reads the rules of one part of the rulebook.

    Parameters
    ----------
    scope : str
        "common", a post or a pool.
    origins : collection of Origin
        Which facts the rules of this part may ask for.
    negative_list : collection of str
        The codes that the rulebook declares.
    sources : collection of str
        The sources that the rulebook declares.
    """

    def __init__(
        self, scope: str, *, origins: Collection[Origin], negative_list: Collection[str], sources: Collection[str]
    ) -> None:
        self._scope = scope
        self._origins = origins
        self._negative_list = negative_list
        self._sources = sources

    def rule(self, content: object, *, document: str) -> Rule:
        """Read one rule.

        Raises
        ------
        RulebookError
            If a key, kind, fact, code or word is unknown, or a part is missing.
        """
        rule_id = Section(content, place=f"{document}, a rule of {self._scope}").string("id")
        section = Section(content, place=f"{document}, rule {rule_id}")
        section.string("id")
        is_any_of = "any_of" in section
        rule = Rule(
            id=rule_id,
            scope=self._scope,
            title=section.text("title", places={"limit"}),
            conditions=self._parts(section) if is_any_of else (self.condition(section),),
            is_any_of=is_any_of,
            missing=section.choice("missing", Missing),
            stage=section.choice("stage", Stage) if "stage" in section else Stage.LISTING,
            override=section.choice("override", Override),
            applies_if=self._applies_if(section),
            basis=section.text("basis") if "basis" in section else None,
            sources=self._cited(section),
            confidence=section.choice("confidence", Confidence),
            citation=section.text("citation") if "citation" in section else None,
            enabled=section.flag("enabled"),
            note=section.string("note") if "note" in section else "",
            texts={verdict: section.text(verdict, places=TEXT_PLACES) for verdict in _JUDGED},
        )
        section.finish()
        return rule

    def condition(self, section: Section) -> Condition:
        """Read one condition: fact, kind and limit."""
        fact = self._fact(section)
        kind = section.choice("op", Kind)
        allowed = KINDS_OF_FACT[fact.kind]
        if kind not in allowed:
            section.refuse(
                "op",
                Text(
                    f"“{fact.name}”不能用“{kind}”，可用：{'、'.join(sorted(allowed))}。",
                    f"'{kind}' does not suit '{fact.name}'; use one of: {', '.join(sorted(allowed))}.",
                ),
            )
        return Condition(fact.name, kind, self._limit(section, fact, kind))

    def _fact(self, section: Section) -> Fact:
        name = section.string("field")
        if name in PROTECTED:
            word = PROTECTED[name]
            section.refuse(
                "field", Text(f"“{word.zh}”不得作为条件。", f"'{word.en}' may never be a rule or part of one.")
            )
        section.require("field", name, [fact.name for fact in FACTS.values() if fact.origin in self._origins])
        return FACTS[name]

    def _limit(self, section: Section, fact: Fact, kind: Kind) -> float | str | tuple[str, ...] | None:
        if kind in {Kind.IS_TRUE, Kind.IS_FALSE}:
            return None
        if fact.kind == "number":
            if section.is_text("limit"):
                word = section.string("limit")
                section.require("limit", word, VACANCY_LIMITS)
                return word
            return section.number("limit")
        codes = section.strings("limit")
        if not codes:
            section.refuse("limit", Text("至少列出一个代码。", "List at least one code."))
        for code in codes:
            section.require("limit", code, self._codes(fact))
        return codes

    def _codes(self, fact: Fact) -> Collection[str]:
        if fact.name == "negative_flags":
            return self._negative_list
        return code_table(fact.code_table).codes if fact.code_table else ()

    def _parts(self, section: Section) -> tuple[Condition, ...]:
        parts = []
        for number, content in enumerate(section.items("any_of"), start=1):
            part = Section(content, place=f"{section.place}, any_of part {number}")
            parts.append(self.condition(part))
            part.finish()
        if not parts:
            section.refuse("any_of", Text("至少列出一项。", "List at least one part."))
        return tuple(parts)

    def _applies_if(self, section: Section) -> Condition | None:
        if "applies_if" not in section:
            return None
        inner = section.section("applies_if")
        condition = self.condition(inner)
        inner.finish()
        return condition

    def _cited(self, section: Section) -> tuple[str, ...]:
        sources = section.strings("sources")
        for source in sources:
            section.require("sources", source, self._sources)
        return sources
