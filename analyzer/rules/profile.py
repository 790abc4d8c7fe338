"""What an organisation says of itself: its names, staff and hours — written in five minutes, kept out of the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import Mistake, MistakesError
from analyzer.rules.fields import Reader
from analyzer.rules.vocabulary import ConceptSpec
from analyzer.rules.yamlfile import YamlFile, read

WHAT = "机构档案"
KEYS = ("name", "org_type", "creditors", "departments", "staff", "surname_required", "hours", "contact_limits")
ORG_TYPES = ("bank", "agency", "law_firm")
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
SURNAME = re.compile(r"[\u3400-\u9fff]{1,2}")


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation profile.

    Attributes:
        creditors: institution names the agents may announce, short forms too.
        departments: approved department names, to be said exactly.
        staff: agent id -> surname.
        surname_required: a staff number does not do in place of the surname.
        hours: the house's own window, ``("09:00", "20:00")``.
        contact_limits: limits across calls, by name.
    """

    name: str = ""
    org_type: str | None = None
    creditors: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    staff: Mapping[str, str] = field(default_factory=dict)
    surname_required: bool = False
    hours: tuple[str, str] | None = None
    contact_limits: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None) -> Profile:
        """Read a profile; None gives the empty one.

        Raises:
            HeguiError: the file cannot be read.
            MistakesError: it has mistakes.
        """
        return cls() if path is None else cls._sound(*read(path, WHAT))

    @classmethod
    def of(cls, value: object) -> Profile:
        """The profile that plain data describes, such as that of an example inside a rule.

        Raises:
            MistakesError: it has mistakes.
        """
        return cls._sound(YamlFile("profile", value, {}), [])

    @classmethod
    def _sound(cls, file: YamlFile, mistakes: list[Mistake]) -> Profile:
        found = cls._read(Reader(file, mistakes), file.data)
        if mistakes:
            raise MistakesError(WHAT, mistakes)
        return found

    @classmethod
    def _read(cls, reader: Reader, value: object) -> Profile:
        data = reader.mapping(value or {}, (), KEYS)
        org = data.get("org_type")
        if org is not None and org not in ORG_TYPES:
            reader.wrong(("org_type",), f"org_type 不能是 {org!r}；允许：{' '.join(ORG_TYPES)}")
        return cls(
            str(data.get("name") or ""),
            None if org is None else str(org),
            _names(reader, data, "creditors"),
            _names(reader, data, "departments"),
            _staff(reader, data.get("staff")),
            reader.flag(data, "surname_required", ()),
            _hours(reader, data.get("hours")),
            _limits(reader, data.get("contact_limits")),
        )

    def concepts(self) -> list[ConceptSpec]:
        """The concepts ``own_names`` and ``own_departments``; an unlikely word keeps an empty one loadable.

        An approved department that a recogniser misheard is still the approved one.
        """
        nothing = ("\ue010\ue010",)
        heard = bool(self.departments)
        return [
            ConceptSpec("own_names", self.creditors or nothing, (), None, False, False, False, {}, "profile", 1),
            ConceptSpec(
                "own_departments", self.departments or nothing, (), None, False, False, heard, {}, "profile", 1
            ),
        ]


def _names(reader: Reader, data: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Names that are long enough to be told from other words."""
    found = reader.words(data.get(key), (key,))
    for i, name in enumerate(found):
        if len(name.strip()) < 2:
            reader.wrong((key, i), f"{key} 里的“{name}”太短；至少写两个字")
    return found


def _staff(reader: Reader, value: object) -> dict[str, str]:
    staff = reader.mapping(value or {}, ("staff",))
    for number, surname in staff.items():
        if not SURNAME.fullmatch(str(surname)):
            reader.wrong(("staff", number), f"staff 里 {number} 的姓氏不能是 {surname!r}；只写姓，一到两个汉字")
    return {str(k): str(v) for k, v in staff.items()}


def _hours(reader: Reader, value: object) -> tuple[str, str] | None:
    hours = reader.mapping(value or {}, ("hours",), ("from", "to"))
    if not hours:
        return None
    low, high = (reader.text(hours, key, ("hours",)) for key in ("from", "to"))
    for key, moment in (("from", low), ("to", high)):
        if moment and not CLOCK.fullmatch(moment):
            reader.wrong(("hours", key), f'hours.{key} 不能是 {moment}；应是带引号的钟点，如 "09:00"')
    if CLOCK.fullmatch(low) and CLOCK.fullmatch(high) and low >= high:
        reader.wrong(("hours",), f"hours 的 from（{low}）应早于 to（{high}）")
    return low, high


def _limits(reader: Reader, value: object) -> dict[str, int]:
    limits = reader.mapping(value or {}, ("contact_limits",))
    for name, limit in limits.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
            reader.wrong(("contact_limits", name), f"contact_limits.{name} 应是不小于 0 的整数")
    return {k: v for k, v in limits.items() if isinstance(v, int)}
