"""Made-up names in Thai and English, each unlike any other of its kind."""

from __future__ import annotations

_ONSETS = (
    *(("k", "ก"), ("t", "ต"), ("p", "ป"), ("b", "บ"), ("d", "ด"), ("m", "ม"), ("l", "ล")),
    *(("r", "ร"), ("s", "ส"), ("w", "ว"), ("ch", "ช"), ("y", "ย"), ("h", "ห"), ("th", "ท")),
    *(("ph", "พ"), ("f", "ฟ")),
)
_VOWELS = (("a", "{}า"), ("i", "{}ี"), ("u", "{}ู"), ("e", "เ{}"), ("o", "โ{}"))
_SYLLABLES = tuple(
    (latin + vowel, form.format(thai)) for latin, thai in _ONSETS for vowel, form in _VOWELS
)
_BASE = len(_SYLLABLES)
_SURNAMES = _BASE**3
_STRIDE = 314_159  # coprime with the number of surnames, so that neighbours do not sound alike

TOPICS = (
    *(("Finance", "การคลัง"), ("Health", "สาธารณสุข"), ("Education", "ศึกษาธิการ")),
    *(("Transport", "คมนาคม"), ("Energy", "พลังงาน"), ("Culture", "วัฒนธรรม")),
    *(("Labour", "แรงงาน"), ("Justice", "ยุติธรรม"), ("Agriculture", "เกษตร")),
    *(("Fisheries", "ประมง"), ("Statistics", "สถิติ"), ("Open Data", "ข้อมูลเปิด")),
    *(("Digital Services", "บริการดิจิทัล"), ("Water", "ทรัพยากรน้ำ"), ("Archives", "จดหมายเหตุ")),
    *(("Housing", "การเคหะ"), ("Trade", "พาณิชย์"), ("Civil Service", "ข้าราชการพลเรือน")),
)
TITLES = (
    *(("Secretary-General", "เลขาธิการ"), ("Deputy Secretary-General", "รองเลขาธิการ")),
    *(("Director", "ผู้อำนวยการ"), ("Deputy Director", "รองผู้อำนวยการ")),
    *(("Head of Division", "หัวหน้าฝ่าย"), ("Policy Analyst", "นักวิเคราะห์นโยบาย")),
    *(("Senior Policy Analyst", "นักวิเคราะห์นโยบายอาวุโส"), ("Consultant", "ที่ปรึกษา")),
    *(("Project Manager", "ผู้จัดการโครงการ"), ("Adviser", "ที่ปรึกษาอาวุโส")),
)
DEEDS = (
    *(("Review", "ทบทวน"), ("Analyse", "วิเคราะห์"), ("Compare", "เปรียบเทียบ")),
    *(("Map", "สำรวจ"), ("Recommend changes in", "เสนอแนะการปรับปรุง")),
)
MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)


def _spelt(number: int, syllables: int) -> tuple[str, str]:
    latin, thai = "", ""
    for _ in range(syllables):
        number, digit = divmod(number, _BASE)
        latin += _SYLLABLES[digit][0]
        thai += _SYLLABLES[digit][1]
    return latin.capitalize(), thai


def person(number: int, family: int) -> tuple[str, str]:
    """The name of a person in English and in Thai.

    People of one family number and different group numbers share a surname, never a full name.
    """
    latin, thai = _spelt((number * 97 + family * 2_003) % (_BASE * _BASE), 2)
    surname, thai_surname = _spelt((family * _STRIDE) % _SURNAMES, 3)
    return f"{latin} {surname}n", f"{thai} {thai_surname}น"


def country(number: int) -> tuple[str, str]:
    """The name of a country."""
    latin, thai = _spelt(number * 613 % (_BASE * _BASE), 2)
    return f"{latin}land", f"ประเทศ{thai}แลนด์"


def slug(text: str) -> str:
    """A readable part of an IRI."""
    return text.lower().replace(" ", "-").replace(",", "")


def digits_in_thai(text: str) -> str:
    """The text with Thai digits, as many documents print them."""
    return text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
