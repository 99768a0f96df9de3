"""The fields that are compared and their levels, each with the sentence that is told of a pair."""

from collections.abc import Mapping

from matching.vocabulary import Text

__all__ = ["LEVELS", "REASONS"]

#: Field -> its levels; the levels that need no word are not among `REASONS`.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "id_number": (
        *("unknown", "same", "check_sign", "transposed", "one_digit_of_place", "one_digit_of_birth"),
        *("one_digit_of_serial", "digit_more_or_less", "digit_shifted", "other_place", "same_birth"),
        *("two_digits", "three_digits", "different"),
    ),
    "name": (
        *("unknown", "same", "same_of_some", "same_of_many", "same_spelling", "sounds_alike", "looks_alike"),
        *("nearly_sounds_alike", "turned_round", "character_more_or_less", "part_of_the_other"),
        *("other_surname", "one_character", "same_surname", "different"),
    ),
    "birth": (
        *("unknown", "as_in_id_number", "same_day", "same_month", "day_and_month_swapped", "one_digit"),
        *("same_month_other_day", "year_beside", "two_digits", "same_year", "different"),
    ),
    "phone": ("unknown", "same", "same_of_many", "one_digit", "different"),
    "home": ("unknown", "same_village", "same_township", "same_county", "different"),
    "sex": ("unknown", "same", "different"),
    "ethnicity": ("unknown", "same", "different"),
    "education": ("unknown", "same", "different"),
    "employer": ("unknown", "same", "different"),
    "work_start": ("unknown", "same_day", "same_month", "same_year", "different"),
    "party_join": ("unknown", "same_day", "same_month", "same_year", "different"),
    "contrast": (
        *("none", "born_together_other_name_other_number", "born_together_other_name", "one_phone_other_name"),
        *("only_a_career_in_common", "one_name_two_numbers", "one_name_born_apart"),
    ),
}

_SAME_WORK, _SAME_PARTY = Text("参加工作时间", "start of work"), Text("入党时间", "date of joining the Party")

#: "field.level" -> what is said of the pair.
REASONS: Mapping[str, Text] = {
    "id_number.same": Text(
        "身份证号相同（含 15 位与 18 位互换）", "the same id number (15 and 18 digits count as one)"
    ),
    "id_number.check_sign": Text("身份证号只差校验位", "the id numbers differ in the check sign only"),
    "id_number.transposed": Text("身份证号相邻两位颠倒", "two neighbouring digits of the id number are transposed"),
    "id_number.one_digit_of_place": Text("身份证号前 6 位差一位", "the id numbers differ in one digit of the place"),
    "id_number.one_digit_of_birth": Text(
        "身份证号出生日期部分差一位", "the id numbers differ in one digit of the birth date"
    ),
    "id_number.one_digit_of_serial": Text("身份证号顺序码差一位", "the id numbers differ in one digit of the serial"),
    "id_number.digit_more_or_less": Text("身份证号多一位或少一位", "one id number has a digit more"),
    "id_number.digit_shifted": Text(
        "身份证号漏录一位而错位", "a digit of the id number was left out, the rest moved up"
    ),
    "id_number.other_place": Text("身份证号只差前 6 位", "the id numbers differ in the place only"),
    "id_number.same_birth": Text("身份证号不同，出生日期相同", "other id numbers of one birth date"),
    "id_number.two_digits": Text("身份证号差两位", "the id numbers differ in two digits"),
    "id_number.three_digits": Text("身份证号差三位", "the id numbers differ in three digits"),
    "id_number.different": Text("身份证号不同", "other id numbers"),
    "name.same": Text("姓名相同", "the same name"),
    "name.same_of_some": Text("姓名相同（库中有数人同名）", "the same name, which several have"),
    "name.same_of_many": Text("姓名相同（库中多人同名）", "the same name, which many have"),
    "name.same_spelling": Text("姓名拼音相同（一方为拼音）", "one name is the pinyin of the other"),
    "name.sounds_alike": Text("姓名同音", "names of one pinyin"),
    "name.looks_alike": Text("姓名字形相近", "names that look alike"),
    "name.nearly_sounds_alike": Text("姓名读音相近", "names that nearly sound alike"),
    "name.turned_round": Text("姓名用字相同、次序不同", "the same characters in another order"),
    "name.character_more_or_less": Text("姓名多一字或少一字", "one name has a character more"),
    "name.part_of_the_other": Text("一方姓名是另一方的一部分", "one name is part of the other"),
    "name.other_surname": Text("名相同、姓不同", "the same given name with another surname"),
    "name.one_character": Text("姓名差一字", "the names differ in one character"),
    "name.same_surname": Text("同姓不同名", "the same surname with another given name"),
    "name.different": Text("姓名不同", "other names"),
    "birth.as_in_id_number": Text("出生日期相同", "the same birth date"),
    "birth.same_day": Text("出生日期相同", "the same birth date"),
    "birth.same_month": Text("出生年月相同", "the same month of birth"),
    "birth.day_and_month_swapped": Text("出生月日颠倒", "month and day of birth are swapped"),
    "birth.one_digit": Text("出生日期差一位数字", "the birth dates differ in one digit"),
    "birth.same_month_other_day": Text("出生年月相同、日不同", "the same month of birth, another day"),
    "birth.year_beside": Text("出生月日相同、年份相近", "the same birthday in a year beside"),
    "birth.two_digits": Text("出生日期差两位数字", "the birth dates differ in two digits"),
    "birth.same_year": Text("出生年份相同", "the same year of birth"),
    "birth.different": Text("出生日期不同", "other birth dates"),
    "phone.same": Text("手机号相同", "the same phone"),
    "phone.same_of_many": Text("电话相同（多人共用）", "the same phone, which several share"),
    "phone.one_digit": Text("手机号差一位", "the phones differ in one digit"),
    "phone.different": Text("手机号不同", "other phones"),
    "home.same_village": Text("同村", "the same village"),
    "home.same_township": Text("同乡镇", "the same township"),
    "home.same_county": Text("同县", "the same county"),
    "home.different": Text("不同县", "other counties"),
    "sex.same": Text("性别相同", "the same sex"),
    "sex.different": Text("性别不同", "the sex differs"),
    "ethnicity.same": Text("民族相同", "the same ethnicity"),
    "ethnicity.different": Text("民族不同", "the ethnicity differs"),
    "education.same": Text("学历相同", "the same education"),
    "education.different": Text("学历不同", "the education differs"),
    "employer.same": Text("单位相同", "the same employer"),
    "employer.different": Text("单位不同", "other employers"),
    **{
        f"{field}.{level}": Text(f"{label.zh}{zh}", f"{en} {label.en}")
        for field, label in (("work_start", _SAME_WORK), ("party_join", _SAME_PARTY))
        for level, zh, en in (
            ("same_day", "相同", "the same"),
            ("same_month", "同年同月", "the same month of"),
            ("same_year", "同年", "the same year of"),
            ("different", "不同", "another"),
        )
    },
    "contrast.born_together_other_name_other_number": Text(
        "同日出生而姓名、证号都不同，疑为双胞胎或兄弟姐妹",
        "born on one day with other names and numbers: twins perhaps",
    ),
    "contrast.born_together_other_name": Text("同日（月）出生而姓名不同", "born together, but of another name"),
    "contrast.one_phone_other_name": Text(
        "共用电话而姓名不同，疑为家人或同事", "one phone, other names: kin or colleagues"
    ),
    "contrast.only_a_career_in_common": Text(
        "姓名、证件、电话、出生日期均不相同", "neither name, number, phone nor birth date is the same"
    ),
    "contrast.one_name_two_numbers": Text("同名而身份证号不同，疑为重名", "one name with two id numbers: namesakes"),
    "contrast.one_name_born_apart": Text("同名而出生日期不同，疑为重名", "one name with other birth dates: namesakes"),
}
