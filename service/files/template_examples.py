"""Examples and hints of the templates; people, villages and numbers are invented."""

from collections.abc import Mapping

from matching.vocabulary import Text

__all__ = ["EXAMPLES", "HINTS"]

_PLACES = {"county": "示范县", "township": "清河镇", "village": "东岗村"}

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "people": {
        **_PLACES,
        "person_no": "P0001",
        "name": "样例甲",
        "sex": "女",
        "ethnicity": "汉族",
        "birth_date": "1987-03",
        "id_number": "239901198703150025",
        "political_status": "中共党员",
        "party_join_date": "2009-06",
        "work_start_date": "2010-07",
        "fulltime_education": "大学",
        "education": "大学",
        "degree": "学士",
        "school_major": "示范农业大学农学专业",
        "title": "农艺师",
        "current_post": "示范县农业技术推广中心副主任",
        "talent_source": "大学生村官",
        "specialties": "水稻育秧、合作社财务",
        "industry_text": "水稻",
        "business_scale": "水稻50亩",
        "annual_revenue_wan": "12万元",
        "years_in_industry": "6年",
        "households_led": "30户",
        "return_intention": "是",
        "appraisals": "2024年优秀；2025年称职",
        "duty_health_ok": "是",
        "phone": "000-0000001",
        "negative_flags": "无",
        "tie_villages": "东岗村",
        "consent_matching": "是",
        "record_status": "待核验",
        "u1_agriculture": "4",
        "rural_work_years": "3年",
        "work_themes": "推动产业、为民服务",
        "training_hours": "48学时",
        "resources_offered": "技术、市场",
        "honours_level": "县级",
        "months_outside": "18个月",
        "willing_posts": "第一书记",
    },
    "vacancies": {
        **_PLACES,
        "vacancy_no": "V0001",
        "village_needs": "集体经济薄弱村",
        "industry_text": "水稻",
        "post_type": "第一书记",
        "headcount": "1人",
        "term_months": "2年",
        "start_date": "2026-12",
        "education_min": "大专及以上",
        "age_max": "45周岁以下",
        "experience": "有驻村工作经历",
        "themes": "推动产业、提升治理",
        "requirement_basis": "示组〔2026〕1号",
        "collective_income_wan": "8万元",
    },
    "villages": {
        **_PLACES,
        "village_code": "239901100201",
        "kind": "村",
        "latitude": "46.6",
        "longitude": "127.0",
        "population": "1200人",
        "industry_text": "水稻、木耳",
        "collective_income_wan": "8万元",
    },
    "decisions": {
        "vacancy_no": "V0001",
        "person_no": "P0001",
        "shortlist_no": "",
        "shown_rank": "3",
        "decision": "拟推荐",
        "reason_codes": "R01",
        "decided_on": "2026-11-20",
        "reviewer_no": "S01",
    },
    "training": {
        "person_no": "P0001",
        "course": "水稻育秧技术班",
        "theme": "懂现代农业",
        "base": "示范农业大学",
        "base_kind": "高校",
        "off_site": "是",
        "hours": "24学时",
        "started_on": "2026-03-02",
        "ended_on": "2026-03-06",
        "result": "合格",
    },
}

#: What the kind of a field does not say already.
HINTS: Mapping[str, Text] = {
    "person_no": Text(
        "编号相同的再次导入只更新，不重复登记；留空则自动编号。",
        "A known number updates and never registers twice; a blank one is generated.",
    ),
    "village": Text("只写行政村或社区的名称，不写组、号。", "The name of the village or community, no house number."),
    "negative_flags": Text("没有填“无”；留空表示未核查。", "无 if there is none; blank means not checked."),
    "record_status": Text(
        "已核验须在导入时给出核验人和文号。", "已核验 needs the name and document of who vouches for it."
    ),
    "households_led": Text("户数，不是人数。", "Households, not persons."),
    "requirement_basis": Text(
        "学历、专业、年龄、经历等要求须有文件依据才作为条件。",
        "Education, major, age and experience are conditions only with a cited document.",
    ),
    "experience": Text(
        "不得写性别、民族、年龄、婚育、户籍等条件。",
        "No conditions of sex, ethnicity, age, marriage or household registration.",
    ),
    "political_req": Text("只有第一书记可以填写。", "For first secretaries only."),
}
