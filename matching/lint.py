"""What a rulebook must never hold and never lack, beyond what can be read at all."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from matching.facts import FACTS, PARTY_FACTS, PROTECTED, Origin
from matching.rulebook import Rulebook
from matching.rules import Rule
from matching.vocabulary import Confidence, PostType, Stage, TalentSource, Text, Verdict

__all__ = ["LintFinding", "lint", "lint_rule", "protected_words"]

# Party offices, and the pool that leads to one (村党组织书记助理). The rulebook cannot declare others.
_PARTY_POSTS = frozenset({str(PostType.FIRST_SECRETARY)})
_PARTY_POOLS = frozenset({TalentSource.COLLEGE_VILLAGE_OFFICIAL})

# A tie to the place may be asked where the post is defined by it.
_TIED_POSTS = frozenset({str(PostType.HONORARY_VILLAGE_HEAD)})

# Words that would bring a protected attribute back through the wording of a rule.
_PROTECTED_WORDS = re.compile(
    r"性别|男性|女性|限男|限女|民族|汉族|种族|宗教|信教|婚姻|已婚|未婚|生育|残疾|户口|户籍|籍贯"
    r"|\b(?:sex|gender|males?|females?|men|women|ethnic\w*|race|religio\w*|marital|married|fertility|disab\w+|hukou)\b",
    re.IGNORECASE,
)

_UNVERIFIED_SOURCE = "GK"  # general knowledge: nothing to cite
_JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.TO_VERIFY)
# What a refusal says; a person whose facts are not known yet is not refused.
_REFUSALS = re.compile(
    r"不符合|不足|未满|不得|不予|低于|超过|不合格|\b(?:not eligible|below|above|may not|refused)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class LintFinding:
    """One thing that a rulebook must not have, or lacks.

    Parameters
    ----------
    rule_id : str
        Empty where no single rule is meant.
    problem : Text
    place : str
        ``rulebook.toml, rule FS-02``.
    """

    rule_id: str
    problem: Text
    place: str


def lint(rulebook: Rulebook) -> list[LintFinding]:
    """Look through a rulebook.

    Parameters
    ----------
    rulebook : Rulebook

    Returns
    -------
    list of LintFinding
        Empty if the rulebook may be used.
    """
    party_scopes = _PARTY_POSTS | {pool.key for pool in rulebook.pools if pool.talent_sources <= _PARTY_POOLS}
    found = [
        LintFinding(rule.id, problem, f"{rulebook.name}, rule {rule.id}")
        for rule in rulebook.all_rules()
        for problem in chain(lint_rule(rule), _party_facts(rule, party_scopes))
    ]
    return found + [LintFinding("", problem, rulebook.name) for problem in _profiles(rulebook)]


def lint_rule(rule: Rule) -> Iterator[Text]:
    """Yield what is wrong with one rule, or with one requirement of a vacancy."""
    for look in _LOOKS:
        yield from look(rule)


def protected_words(wording: str) -> list[str]:
    """Return the words of a text that would make a protected attribute a condition."""
    return sorted(set(_PROTECTED_WORDS.findall(wording)))


def _protected(rule: Rule) -> Iterator[Text]:
    for name in sorted(rule.fields & set(PROTECTED)):
        word = PROTECTED[name]
        yield Text(f"“{word.zh}”不得作为条件。", f"'{word.en}' may never be a rule or part of one.")
    for wording in chain(rule.title, *(rule.texts.get(verdict, ()) for verdict in _JUDGED)):
        for word_found in protected_words(wording):
            problem = f"The wording names '{word_found}', which may never be a condition."
            yield Text(f"文字中出现“{word_found}”，不得作为条件。", problem)


def _basis(rule: Rule) -> Iterator[Text]:
    if rule.enabled and not (rule.basis or rule.citation):
        yield Text("启用的规则应写明依据。", "A rule in force needs a basis.")
    cited = set(rule.sources) - {_UNVERIFIED_SOURCE}
    if rule.confidence is Confidence.SOURCED and not cited and not rule.citation:
        problem = "A rule that calls itself sourced must name its source."
        yield Text("标为“有出处”的规则应列出出处。", problem)


def _texts(rule: Rule) -> Iterator[Text]:
    for verdict in _JUDGED:
        text = rule.texts.get(verdict)
        if text is None or not all(wording.strip() for wording in text):
            yield Text(f"缺少“{verdict}”的中英文说明。", f"The text for '{verdict}' is missing in a language.")
    unknown = rule.texts.get(Verdict.TO_VERIFY)
    if unknown and (unknown == rule.texts.get(Verdict.FAIL) or any(map(_REFUSALS.search, unknown))):
        yield Text("“待核验”的说明读起来像否决。", "The text for 'to verify' reads like a refusal.")


def _check_facts(rule: Rule) -> Iterator[Text]:
    by_check = {name for name in rule.fields if name in FACTS and FACTS[name].origin is Origin.CHECK}
    if rule.enabled and by_check and rule.stage is Stage.LISTING:
        yield Text(
            "只能由核查得知的事项，在列出名单时尚不可知，应放在提名或决定环节。",
            "What only a check can tell is not known when a list is made; make it due at nomination or decision.",
        )


def _local_tie(rule: Rule) -> Iterator[Text]:
    if "local_tie" in rule.fields and rule.scope not in _TIED_POSTS:
        yield Text("只有以乡情为前提的岗位才可要求本地联系。", "Only a post defined by a local tie may ask for one.")


_LOOKS: tuple[Callable[[Rule], Iterator[Text]], ...] = (_protected, _basis, _texts, _check_facts, _local_tie)


def _party_facts(rule: Rule, party_scopes: frozenset[str] | set[str]) -> Iterator[Text]:
    if rule.fields & PARTY_FACTS and rule.scope not in party_scopes:
        yield Text("政治面貌和党龄只能用于党内职务。", "Political status and party age are for Party offices only.")


def _profiles(rulebook: Rulebook) -> Iterator[Text]:
    for post in rulebook.posts.values():
        n_defaults = sum(profile.is_default for profile in post.profiles.values())
        if post.profiles and n_defaults != 1:
            yield Text(f"“{post.name.zh}”应有且只有一个默认口径。", f"'{post.type}' needs exactly one default profile.")
