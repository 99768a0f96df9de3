"""Write seed_data/characters: which characters are written for one another, and which are mistaken for one another.

``python tools/character_tables.py OPENCC_DICTIONARY FONT``; needs Pillow, the dictionary folder of OpenCC (Apache-2.0)
and Noto Sans CJK (OFL-1.1). It is run again only when one of the two sources changes.

Forms come from OpenCC's character tables. Look-alikes are measured: each character of GB 2312, and those that people's
names add to it, is drawn, and two are look-alikes where the drawings, or the parts beside or below the radical, agree.
"""
# ruff: noqa: INP001 - a script, not a part of a package

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).parents[1] / "seed_data" / "characters"
SIZE = 32
WHOLE, PART = 0.74, 0.82  # correlations from which two drawings count as alike
LEFT_SHARE = 11  # columns (rows) of the radical that the second (third) comparison leaves out
#: Registered beside one another without being traditional forms.
NAMED_ALIKE = "喆哲 堃坤 昇升 峯峰 邨村 淼渺 甦苏 珮佩 濬浚 晧皓 逹达 亷廉 恵惠 徳德 凃涂 仝同 䶮龑"
#: Mistaken in handwriting, though the drawings correlate little.
BY_HAND = (
    "日曰 田由 由甲 甲申 田申 兰三 平苹 刚钢 洁杰 己乙 壬任 伟玮 芳芬 英瑛 明名 两丽 刘列 张弛 佰伯 贰式 宁宇 丙内"
)
MORE = (
    "喆堃昇珺玥甯禤頔祎睿赟翀翙翯骉骞骥晔晖暐暄暻昉旻昳晞晗晟晫曦曈犇鑫淼焱垚玚玙玘玎玓玟珈珉珂珅珏珣珩珮珵琇琋琎琛琚琤琨琪琬琯瑀"
    "瑄瑗瑜瑨瑱璁璇璟璠璨璩瓒镕铖铭钰钺锴锟锳镭祺禛祯祐煊煜熠燊烨炜焜焘炆颖頫婧婕婵嫄嫚嬛姝姣娅娉妤妍芃芊芮苒茉荃莜莙菀菡萱蓁蔚蕙薇藜劼勋勍勐"
)


def main(dictionary: Path, font: Path) -> None:
    """Write both tables."""
    FOLDER.mkdir(exist_ok=True)
    _write("forms.csv", "character,form", sorted(_forms(dictionary).items()))
    _write("look_alikes.csv", "character,look_alikes", sorted(_look_alikes(font).items()))


def _forms(dictionary: Path) -> dict[str, str]:
    forms: dict[str, str] = {}
    for name, is_reversed in (
        ("TSCharacters", False),
        ("TWVariants", True),
        ("HKVariants", True),
        ("JPVariants", True),
    ):
        for line in (dictionary / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            key, _, values = line.partition("\t")
            for value in values.split()[: None if is_reversed else 1]:
                written, meant = (value, key) if is_reversed else (key, value)
                if len(written) == len(meant) == 1 and written != meant:
                    forms.setdefault(written, meant)
    forms |= {pair[0]: pair[1] for pair in NAMED_ALIKE.split()}
    for written in forms:
        seen = {written}
        while forms[written] in forms and forms[written] not in seen:
            seen.add(forms[written])
            forms[written] = forms[forms[written]]
    return {written: meant for written, meant in forms.items() if written != meant}


def _look_alikes(font: Path) -> dict[str, str]:
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = list(dict.fromkeys([c for row in rows if (c := row.decode("gb2312", "ignore"))] + list(MORE)))
    type_face = ImageFont.truetype(str(font), 56)
    drawn = np.stack([_drawn(character, type_face) for character in characters])
    alike = np.zeros((len(characters), len(characters)), dtype=bool)
    for part, least in ((drawn, WHOLE), (drawn[:, :, LEFT_SHARE:], PART), (drawn[:, LEFT_SHARE:, :], PART)):
        flat = part.reshape(len(part), -1)
        flat = flat - flat.mean(axis=1, keepdims=True)
        flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
        alike |= flat @ flat.T >= least
    np.fill_diagonal(alike, val=False)
    place = {character: position for position, character in enumerate(characters)}
    for first, second in map(tuple, BY_HAND.split()):
        if first in place and second in place:
            alike[place[first], place[second]] = alike[place[second], place[first]] = True
    alike = np.triu(alike)  # each pair once
    array = np.array(characters)
    return {character: "".join(array[row]) for character, row in zip(characters, alike, strict=True) if row.any()}


def _drawn(character: str, type_face: ImageFont.FreeTypeFont) -> np.ndarray:
    image = Image.new("L", (64, 64), 0)
    ImageDraw.Draw(image).text((4, -8), character, font=type_face, fill=255)
    small = image.filter(ImageFilter.GaussianBlur(1.2)).resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.float32)


def _write(name: str, header: str, rows: list[tuple[str, str]]) -> None:
    lines = [header, *(f"{first},{second}" for first, second in rows)]
    (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
