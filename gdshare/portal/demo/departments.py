"""Departments by their real names (2024 reform); their codes are invented, with a right check character."""

from dataclasses import dataclass

from gdshare.lib.codes import uscc_check_character


@dataclass(frozen=True)
class DepartmentSeed:
    """One department. `slug` begins its people's user names."""

    slug: str
    name: str
    short_name: str
    region: str
    level: str
    kind: str
    number: int
    parent: str = ""
    sharing_office: str = "信息中心"
    aliases: tuple[str, ...] = ()

    @property
    def uscc(self) -> str:
        """Invented: the organisation part begins with DEM."""
        body = f"{'91' if self.kind == 'PUBLIC_ENTERPRISE' else '11'}{self.region}DEM{self.number:06d}"
        return body + uscc_check_character(body)


PROVINCE = """
sj 政务服务和数据管理局 数据管理处
fg 发展和改革委员会 信息化处
jy 教育厅 政务服务处
kj 科学技术厅 监测评估处
gx 工业和信息化厅 数字产业处
mw 民族宗教事务委员会 办公室
ga 公安厅 科技信息化处
mz 民政厅 规划财务处
sf 司法厅 信息处
cz 财政厅 信息中心
rs 人力资源和社会保障厅 信息中心
zr 自然资源厅 国土空间数据处
hb 生态环境厅 生态环境监测处
zj 住房和城乡建设厅 科技信息处
jt 交通运输厅 科技处
sl 水利厅 科技与信息化处
ny 农业农村厅 市场与信息化处
sw 商务厅 电子商务处
wl 文化和旅游厅 科技教育处
wj 卫生健康委员会 规划信息处
ty 退役军人事务厅 规划财务处
yj 应急管理厅 科技和信息化处
sjt 审计厅 电子数据审计处
gz 人民政府国有资产监督管理委员会 信息中心
sc 市场监督管理局 信息中心
gd 广播电视局 科技处
tj 统计局 数据管理中心
tyj 体育局 办公室
yb 医疗保障局 规划财务处
ly 林业局 科技与信息化处
nyj 能源局 综合处
yp 药品监督管理局 信息处
xf 信访局 信息处
jr 地方金融管理局 科技处
"""

SHORT_NAMES = {"sj": "省政数局", "gz": "省国资委", "mw": "省民族宗教委", "fg": "省发展改革委", "wj": "省卫生健康委"}

SPECIAL = (
    DepartmentSeed("sw2", "国家税务总局广东省税务局", "省税务局", "440000", "PROVINCE", "GOVERNMENT", 201),
    DepartmentSeed("qx", "广东省气象局", "省气象局", "440000", "PROVINCE", "GOVERNMENT", 202),
    DepartmentSeed("xfj", "广东省消防救援总队", "省消防救援总队", "440000", "PROVINCE", "GOVERNMENT", 203),
    DepartmentSeed("cl", "广东省残疾人联合会", "省残联", "440000", "PROVINCE", "GOVERNMENT", 204),
    DepartmentSeed(
        "dsj", "广东省政务大数据中心", "省政务大数据中心", "440000", "PROVINCE", "OPERATIONS_CENTER", 205, parent="sj",
        sharing_office="共享服务部",
    ),
    DepartmentSeed(
        "dw", "广东电网有限责任公司", "广东电网公司", "440000", "PROVINCE", "PUBLIC_ENTERPRISE", 206,
        sharing_office="数字化部",
    ),
)  # fmt: skip

CITIES = {
    "440100": ("gz", "广州市"), "440200": ("sg", "韶关市"), "440300": ("sz", "深圳市"), "440400": ("zh", "珠海市"),
    "440500": ("st", "汕头市"), "440600": ("fs", "佛山市"), "440700": ("jm", "江门市"), "440800": ("zj", "湛江市"),
    "440900": ("mm", "茂名市"), "441200": ("zq", "肇庆市"), "441300": ("hz", "惠州市"), "441400": ("mz", "梅州市"),
    "441500": ("sw", "汕尾市"), "441600": ("hy", "河源市"), "441700": ("yj", "阳江市"), "441800": ("qy", "清远市"),
    "441900": ("dg", "东莞市"), "442000": ("zs", "中山市"), "445100": ("cz", "潮州市"), "445200": ("jy", "揭阳市"),
    "445300": ("yf", "云浮市"),
}  # fmt: skip
"""The 21 cities at and above prefecture level: division code → (slug, name)."""

CITY_DEPARTMENTS = (
    DepartmentSeed("gzmz", "广州市民政局", "广州市民政局", "440100", "CITY", "GOVERNMENT", 501),
    DepartmentSeed("gzjt", "广州市交通运输局", "广州市交通局", "440100", "CITY", "GOVERNMENT", 502),
    DepartmentSeed("szsc", "深圳市市场监督管理局", "深圳市市监局", "440300", "CITY", "GOVERNMENT", 503),
    DepartmentSeed("szzj", "深圳市住房和建设局", "深圳市住建局", "440300", "CITY", "GOVERNMENT", 504),
    DepartmentSeed("fszr", "佛山市自然资源局", "佛山市自然资源局", "440600", "CITY", "GOVERNMENT", 505),
    DepartmentSeed("dgrs", "东莞市人力资源和社会保障局", "东莞市人社局", "441900", "CITY", "GOVERNMENT", 506),
    DepartmentSeed("zhhb", "珠海市生态环境局", "珠海市生态环境局", "440400", "CITY", "GOVERNMENT", 507),
)  # fmt: skip


def _provincial() -> list[DepartmentSeed]:
    seeds = []
    for number, line in enumerate(PROVINCE.strip().splitlines(), start=101):
        slug, name, office = line.split()
        kind = "AUTHORITY" if slug == "sj" else "GOVERNMENT"
        aliases = ("广东省政务服务数据管理局",) if slug == "sj" else ()
        short = SHORT_NAMES.get(slug, "省" + name)
        seeds.append(
            DepartmentSeed(
                slug, "广东省" + name, short, "440000", "PROVINCE", kind, number, sharing_office=office, aliases=aliases
            )
        )
    return seeds


def _city_authorities() -> list[DepartmentSeed]:
    return [
        DepartmentSeed(
            slug + "sj", city + "政务服务和数据管理局", city + "政数局", code, "CITY", "AUTHORITY", 300 + number,
            sharing_office="数据资源科", aliases=(city + "政务服务数据管理局",),
        )
        for number, (code, (slug, city)) in enumerate(CITIES.items(), start=1)
    ]  # fmt: skip


DEPARTMENTS = (*_provincial(), *SPECIAL, *_city_authorities(), *CITY_DEPARTMENTS)
