"""The dictionaries the product ships with (编制指南 2017; lists that administrators extend).

Read once, by the migration that fills the table. A word is (code, name, aliases).
"""

THEMES = (
    ("01", "公共服务", ("便民服务", "政务服务", "生活服务", "综合政务")),
    ("02", "健康保障", ("医疗卫生", "卫生健康", "医疗健康")),
    ("03", "社会保障", ("社保就业", "社会民生", "民生服务", "社会救助", "就业社保")),
    ("04", "食品药品安全", ("食品药品", "食药安全")),
    ("05", "安全生产", ("安监", "安全监管")),
    ("06", "价格监管", ("市场监管", "价格监督", "市场监督")),
    ("07", "能源安全", ("资源能源", "能源环境", "能源")),
    ("08", "信用体系", ("信用服务", "社会信用", "信用")),
    ("09", "城乡建设", ("城市建设", "城建住房", "建设住房", "城乡建设、环境保护")),
    ("10", "社区治理", ("社会治理", "社会组织", "机构团体")),
    ("11", "生态环保", ("生态环境", "资源环境", "环境保护", "环境资源")),
    ("12", "应急维稳", ("公共安全", "应急管理", "法律服务", "安全")),
    ("13", "教育文化", ("教育科技", "文化休闲", "文化旅游", "教育", "文化体育", "科技创新", "教育文化科技")),
    ("14", "交通运输", ("道路交通", "交通出行", "交通")),
    ("15", "经济运行", ("经济建设", "财税金融", "金融服务", "商贸流通", "工业农业", "财政金融", "经济", "信息产业")),
    ("16", "农业农村", ("农业、水利", "农业", "三农", "水利")),
    ("17", "自然资源", ("地理空间", "气象服务", "国土资源")),
    ("99", "其他", ("默认主题", "其它", "未分类")),
)
"""The guide's twelve, and five more that every portal read has, so that no entry must hide under 其他."""

BASE_LIBRARIES = (
    ("01", "人口", ("人口库", "国家人口基础信息资源", "人口基础信息", "人口基础信息库")),
    ("02", "法人单位", ("法人", "法人库", "法人单位基础信息资源", "法人单位基础信息库")),
    (
        "03",
        "自然资源和空间地理",
        ("自然资源", "空间地理", "地理空间", "自然资源和空间地理基础信息资源", "自然资源和空间地理基础信息库"),
    ),
    ("04", "社会信用", ("信用", "社会信用基础信息资源")),
    ("05", "电子证照", ("证照", "电子证照库", "电子证照基础信息资源")),
)

FORMATS = {
    ("FILE", "电子文件", ("文件", "文档", "文件集")): (
        "ofd", "wps", "xml", "txt", "doc", "docx", "html", "pdf", "ppt", "json", "rdf", "zip",
    ),
    ("SHEET", "电子表格", ("表格",)): ("et", "xls", "xlsx", "csv"),
    ("DATABASE", "数据库", ("库表", "数据集", "data", "database")): (
        "dm", "kingbasees", "postgresql", "mysql", "oracle", "sqlserver", "db2", "access", "dbf", "dbase", "sybase",
        "sqlite", "hive",
    ),
    ("IMAGE", "图形图像", ("图片", "图像", "地图")): ("jpg", "png", "gif", "bmp", "tif", "shp"),
    ("STREAM", "流媒体", ("音视频",)): ("swf", "rm", "mpg", "mp4", "mp3"),
    ("SELF", "自描述格式", ("其他", "其它")): (),
    ("API", "服务接口", ("接口", "api", "api服务", "rest")): ("webservice", "restful"),
}  # fmt: skip
"""格式分类 → 格式类型 (4.3 of the guide), with the modern ones."""

ITEM_TYPES = (
    ("C", "字符型", ("字符串型", "字符串", "字符", "文本", "文本型", "string", "varchar", "varchar2", "char",
                  "nvarchar", "text", "1")),
    ("N", "数值型", ("数值", "数字", "数字型", "number", "numeric", "decimal", "2")),
    ("Y", "货币型", ("货币", "金额", "money", "3")),
    ("D", "日期型", ("日期", "date", "4")),
    ("T", "日期时间型", ("日期时间", "时间型", "时间", "时间戳", "datetime", "timestamp", "5")),
    ("L", "逻辑型", ("逻辑", "布尔", "布尔型", "bool", "boolean", "6")),
    ("M", "备注型", ("备注", "长文本", "clob", "longtext", "7", "13")),
    ("G", "通用型", ("通用", "二进制", "blob", "8", "12")),
    ("B", "双精度型", ("双精度", "double", "9")),
    ("I", "整型", ("整数", "整数型", "int", "integer", "bigint", "10")),
    ("F", "浮点型", ("浮点", "float", "real", "11")),
)  # fmt: skip

UPDATE_CYCLES = (
    ("REALTIME", "实时", ("实时更新", "即时", "准实时", "分钟级", "小时级", "1")),
    ("DAILY", "每日", ("每天", "按日", "日", "天", "按天", "日更新", "2")),
    ("WEEKLY", "每周", ("按周", "周", "每星期", "每一周", "3")),
    ("TEN_DAYS", "每旬", ("按旬", "旬", "每十天")),
    ("MONTHLY", "每月", ("按月", "月", "每一月", "4")),
    ("QUARTERLY", "每季度", ("每季", "按季", "按季度", "季度", "季", "5")),
    ("HALF_YEARLY", "每半年", ("半年", "按半年", "6")),
    ("YEARLY", "每年", ("按年", "年", "每年度", "年度", "每一年", "7")),
    (
        "IRREGULAR",
        "不定期",
        ("不定时", "自定义", "其他", "其它", "按需", "不定期更新", "不更新", "静态数据", "一次性", "8", "暂无"),
    ),
)

SHARE_MODES = (
    ("API", "服务接口", ("接口", "接口(服务)", "接口服务", "api", "服务")),
    ("BATCH", "批量交换", ("数据库", "库表", "库表交换", "数据交换", "数据集")),
    ("FILE", "文件下载", ("文件", "邮件", "拷盘", "介质交换", "下载", "文件集")),
)

NETWORKS = (
    ("EGOV", "电子政务外网", ("政务外网", "外网")),
    ("INTERNET", "互联网", ("因特网", "internet")),
    ("DEDICATED", "业务专网", ("专网", "部门专网", "行业专网")),
    ("INTRANET", "部门内网", ("局域网", "单位内网")),
)

CYCLE_DAYS = {
    "REALTIME": 1, "DAILY": 1, "WEEKLY": 7, "TEN_DAYS": 10, "MONTHLY": 31, "QUARTERLY": 92, "HALF_YEARLY": 184,
    "YEARLY": 366,
}  # fmt: skip
"""Within how many days new data must arrive; 不定期 promises nothing."""

DATA_CATEGORIES = (
    ("PERSON", "个人数据", ("个人信息", "自然人数据", "个人")),
    ("ORGANISATION", "组织数据", ("法人数据", "企业数据", "组织", "法人")),
    ("OBJECT", "客体数据", ("自然资源数据", "空间数据", "物品数据", "客体")),
    ("PROCESS", "业务数据", ("办件数据", "业务过程数据", "政务服务数据", "业务")),
    ("STATISTICS", "统计数据", ("汇总数据", "统计汇总数据", "统计")),
    ("OTHER", "其他数据", ("其他", "其它")),
)
"""数据分类 by what the data describes (条例 Art 13; GB/T 43697-2024 classes by 描述对象)."""

SHARE_CHANNELS = (
    ("PLATFORM", "共享平台方式", ("共享平台", "平台", "平台方式")),
    ("MAIL", "邮件", ("电子邮件", "邮箱")),
    ("DISC", "拷盘", ("光盘", "移动介质")),
    ("MEDIA", "介质交换", ("纸质报表", "电子文档", "介质交换(纸质报表、电子文档)", "介质")),
)

GRADES = (
    ("1", "低敏感", ("L1", "1级", "一级")),
    ("2", "一般", ("L2", "2级", "二级")),
    ("3", "敏感", ("L3", "3级", "三级")),
    ("4", "高敏感", ("L4", "4级", "四级")),
)

VAGUE_CONDITIONS = (
    "视情况", "视具体情况", "经领导同意", "经领导批准", "领导审批", "酌情", "根据需要", "根据情况", "另行协商",
    "协商确定", "研究后决定", "按有关规定", "按相关规定", "一事一议", "原则上不", "原则同意", "必要时", "有关部门",
    "特殊情况",
)  # fmt: skip
"""What leaves the decision to somebody's mood: a condition must be checkable."""

MODERN_FORMATS = {
    "FILE": ("pptx", "md"),
    "SHEET": ("ods", "parquet"),
    "DATABASE": ("gaussdb", "oceanbase", "tidb", "clickhouse", "mongodb", "gbase"),
    "IMAGE": ("geojson", "svg", "dwg", "geotiff"),
    "STREAM": ("rtsp", "wav"),
    "API": ("graphql", "wms", "wfs", "kafka"),
}


def rows() -> list[dict]:
    """The first terms, parents before children; `parent` names (kind, code)."""
    found: list[dict] = []

    def add(kind: str, words, position: int, parent: tuple[str, str] | None = None) -> None:
        code, name, aliases = words
        found.append(
            {"kind": kind, "code": code, "name": name, "aliases": list(aliases), "position": position, "parent": parent}
        )

    for kind, dictionary in (
        ("THEME", THEMES), ("BASE_LIBRARY", BASE_LIBRARIES), ("ITEM_TYPE", ITEM_TYPES),
        ("UPDATE_CYCLE", UPDATE_CYCLES), ("SHARE_MODE", SHARE_MODES), ("NETWORK", NETWORKS),
    ):  # fmt: skip
        for position, words in enumerate(dictionary, 1):
            add(kind, words, position)
    for position, (category, types) in enumerate(FORMATS.items(), 1):
        add("FORMAT_CATEGORY", category, position)
        for number, name in enumerate(types, 1):
            add("FORMAT_TYPE", (name, name, ()), number, ("FORMAT_CATEGORY", category[0]))
    return found


def later_rows() -> list[dict]:
    """What the second filling adds: the dictionaries that the guide's additions need, and formats of today."""
    found = [
        {"kind": kind, "code": words[0], "name": words[1], "aliases": list(words[2]), "position": position}
        for kind, dictionary in (
            ("DATA_CATEGORY", DATA_CATEGORIES), ("SHARE_CHANNEL", SHARE_CHANNELS), ("GRADE", GRADES),
            ("VAGUE_CONDITION", [(f"{n:03d}", name, ()) for n, name in enumerate(VAGUE_CONDITIONS, 1)]),
        )
        for position, words in enumerate(dictionary, 1)
    ]  # fmt: skip
    for category, types in MODERN_FORMATS.items():
        found += [
            {"kind": "FORMAT_TYPE", "code": name, "name": name, "aliases": [], "position": 50 + number,
             "parent": ("FORMAT_CATEGORY", category)}
            for number, name in enumerate(types)
        ]  # fmt: skip
    return found
