"""Applications as they went: who asks for what, why, when (in working days before today), and what became of it.

An act is `(days ago, verb, …)`; `loading.py` hands each to the real action of that name.
"""

from dataclasses import dataclass

Act = tuple[object, ...]


@dataclass(frozen=True)
class Story:
    """One application to one provider. `masked` and `refused` name items; `valid_days` counts from today.

    `region` is (item, code) of the only rows that are agreed to, `rows_per_day` how many a day.
    """

    requester: str
    resource: str
    title: str
    basis: str
    article: str
    scenario: str
    acts: tuple[Act, ...]
    items: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    refusal: str = ""
    valid_days: int = 365
    is_bare: bool = False
    is_backflow: bool = False
    region: tuple[str, str] | None = None
    rows_per_day: int | None = None


AGREE = "经核，申请事由属于法定职责，信息项与用途相符，同意共享。"
HELP = "《社会救助暂行办法》"


def decided(asked: int, answered: int, conclusion: str = "APPROVE") -> tuple[Act, ...]:
    """Both sides propose and confirm; the last one settles it."""
    return (
        (asked + 1, "submit"),
        (asked, "endorse"),
        (max(asked - 2, answered), "propose", "provider", conclusion),
        (max(asked - 3, answered), "propose", "authority", conclusion),
        (answered, "confirm", "provider"),
        (answered, "confirm", "authority"),
    )


STORIES = (
    # 省民政厅 asks
    Story(
        "mz",
        "户籍人口基本信息",
        "最低生活保障对象户籍核验",
        HELP,
        "第五十八条",
        "受理最低生活保障申请时核对申请人和共同生活家庭成员的户籍、与户主关系，免交户口簿复印件。",
        decided(40, 34),
        items=("公民身份号码", "姓名", "户籍地址", "户号", "与户主关系", "户籍登记日期"),
        valid_days=300,
    ),
    Story(
        "mz",
        "不动产登记信息",
        "社会救助家庭经济状况核对",
        HELP,
        "第五十八条",
        "核对最低生活保障申请家庭的房产情况，逐户查询，结果只用于救助审核确认。",
        decided(30, 25, "APPROVE_PARTLY"),
        items=("不动产单元号", "权利人名称", "权利人证件号码", "坐落", "建筑面积", "是否抵押", "交易价格"),
        masked=("权利人证件号码", "坐落"),
        refused=("交易价格",),
        refusal="《不动产登记暂行条例》第二十八条",
        valid_days=200,
    ),
    Story(
        "mz",
        "机动车登记信息",
        "低保对象机动车核对",
        HELP,
        "第五十八条",
        "核对申请家庭名下机动车，认定家庭财产。",
        (
            (14, "submit"),
            (13, "endorse"),
            (9, "propose", "provider", "APPROVE"),
            (7, "confirm", "provider"),
            (4, "propose", "authority", "APPROVE"),
        ),
        items=("号牌号码", "所有人名称", "所有人证件号码", "车辆类型", "机动车状态"),
    ),
    Story(
        "mz",
        "职工基本养老保险参保信息",
        "临时救助对象就业和参保核验",
        HELP,
        "第五十八条",
        "核验临时救助申请人的参保和缴费情况，判断是否有稳定收入。",
        ((10, "submit"), (9, "endorse"), (5, "propose", "provider", "APPROVE"), (3, "confirm", "provider")),
        items=("姓名", "公民身份号码", "参保状态", "缴费基数", "累计缴费月数"),
    ),
    Story(
        "mz",
        "公共租赁住房保障对象信息",
        "低保家庭住房保障情况核验",
        HELP,
        "第五十八条",
        "核验申请家庭是否已享受公租房保障，避免重复救助。",
        decided(60, 52),
        items=("申请人姓名", "申请人证件号码", "保障方式", "轮候状态"),
        valid_days=12,
    ),
    Story(
        "mz",
        "住房公积金缴存信息",
        "特困人员认定收入核对",
        HELP,
        "第五十八条",
        "核对特困人员赡养人的公积金缴存，判断赡养能力。",
        (
            (7, "submit"),
            (6, "endorse"),
            (3, "return_", "provider", "请补充经办机构名单和查询的频次\n请说明共同生活家庭成员以外人员的查询依据"),
        ),
        items=("姓名", "公民身份号码", "缴存基数", "账户状态"),
    ),
    Story(
        "mz",
        "企业纳税申报信息",
        "社会组织税收优惠核验",
        "《慈善法》",
        "第八十条",
        "核验慈善组织举办企业的纳税情况。",
        decided(26, 20, "DENY"),
        items=("企业名称", "应税销售额", "应纳税额"),
        refusal="《中华人民共和国税收征收管理法》第八条",
    ),
    Story(
        "mz",
        "医疗救助待遇信息",
        "困难群众医疗救助衔接",
        HELP,
        "第五十八条",
        "比对医疗救助和临时救助对象，避免重复救助。",
        ((1, "submit"),),
        items=("姓名", "公民身份号码", "救助类别", "救助金额"),
    ),
    Story(
        "mz",
        "残疾人基本信息",
        "残疾人两项补贴资格核验",
        "《残疾预防和残疾人康复条例》",
        "第二十六条",
        "审核残疾人两项补贴申请时核验残疾类别和等级。",
        ((2, "submit"), (1, "endorse")),
        items=("残疾人证号", "姓名", "公民身份号码", "残疾类别", "残疾等级"),
    ),
    Story(
        "mz",
        "基本医疗保险参保信息",
        "流浪乞讨人员身份核查",
        HELP,
        "第五十条",
        "核查受助人员的参保地。",
        ((12, "submit"), (11, "endorse"), (8, "withdraw", "已通过户籍信息核查，不再需要。")),
        items=("姓名", "公民身份号码", "参保状态"),
    ),
    Story(
        "mz",
        "退役军人优待证信息",
        "",
        "",
        "",
        "",
        (),
        items=("优待证号", "姓名", "优抚对象类别"),
        is_bare=True,
    ),
    Story(
        "mz",
        "中小学学籍信息",
        "孤儿助学对象学籍核验",
        "《中华人民共和国未成年人保护法》",
        "第八十三条",
        "核验孤儿助学申请人的就读学校和学籍状态。",
        ((3, "submit"), (2, "send_back", "请补充助学政策文件的文号，并删去与助学无关的信息项。")),
        items=("学籍号", "姓名", "学校名称", "学籍状态"),
    ),
    # 省民政厅 is asked
    Story(
        "yb",
        "最低生活保障对象信息",
        "资助参保对象身份核验",
        "《医疗保障基金使用监督管理条例》",
        "第二十条",
        "核验资助参加城乡居民医保的低保对象身份，免交低保证。",
        decided(45, 39),
        items=("姓名", "公民身份号码", "救助类别", "享受开始日期", "享受截止日期"),
        valid_days=320,
    ),
    Story(
        "jy",
        "最低生活保障对象信息",
        "学生资助对象认定",
        "《中华人民共和国家庭教育促进法》",
        "第五条",
        "认定家庭经济困难学生时核验低保家庭身份。",
        ((16, "submit"), (15, "endorse"), (10, "propose", "authority", "APPROVE"), (8, "confirm", "authority")),
        items=("救助证编号", "姓名", "公民身份号码", "救助类别"),
    ),
    Story(
        "zj",
        "最低生活保障对象信息",
        "公租房租金减免核验",
        "《社会救助暂行办法》",
        "第三十八条",
        "核验公租房承租家庭的低保身份，核定租金减免。",
        ((9, "submit"), (8, "endorse"), (3, "propose", "provider", "APPROVE"), (5, "propose", "authority", "APPROVE")),
        items=("户主姓名", "户主证件号码", "救助类别", "保障人口数"),
    ),
    Story(
        "gzmz",
        "最低生活保障对象信息",
        "长者饭堂用餐补贴核验",
        "《中华人民共和国老年人权益保障法》",
        "第三十七条",
        "核验申请用餐补贴的老年人是否低保对象。",
        ((3, "submit"), (2, "endorse")),
        items=("姓名", "公民身份号码", "救助类别"),
    ),
    Story(
        "zr",
        "婚姻登记信息",
        "不动产共有情况核验",
        "《不动产登记暂行条例》",
        "第十七条",
        "办理不动产转移登记时核验申请人的婚姻状况。",
        (*decided(50, 44), (6, "suspend", "发现查询频次异常，暂停核查。")),
        items=("登记类别", "男方姓名", "男方证件号码", "女方姓名", "女方证件号码", "登记日期"),
        valid_days=250,
    ),
    Story(
        "ga",
        "婚姻登记信息",
        "户口迁移婚姻状况核验",
        "《中华人民共和国户口登记条例》",
        "第十条",
        "办理夫妻投靠户口迁移时核验婚姻登记。",
        decided(55, 50),
        items=("登记类别", "男方姓名", "女方姓名", "登记日期"),
        valid_days=-1,
    ),
    Story(
        "yb",
        "特困供养人员信息",
        "特困人员资助参保试点核验",
        HELP,
        "第二十八条",
        "在广州市试点，核验资助参保对象是否特困供养人员，免交证明。",
        decided(20, 14),
        items=("姓名", "公民身份号码", "供养方式"),
        region=("户籍地区划代码", "440100"),
        rows_per_day=1000,
    ),
    Story(
        "gzmz",
        "特困供养人员信息",
        "本市特困人员探访关爱服务",
        HELP,
        "第十四条",
        "取回本市特困供养人员的供养方式和照料护理等级，安排定期探访。",
        decided(18, 12),
        items=("姓名", "公民身份号码", "供养方式", "照料护理等级"),
        valid_days=1095,
        is_backflow=True,
    ),
    Story(
        "cl",
        "特困供养人员信息",
        "残疾人托养服务对象核验",
        "《残疾预防和残疾人康复条例》",
        "第二十六条",
        "核验托养服务申请人是否特困供养人员。",
        (*decided(70, 64), (20, "revoke", "使用单位申请终止，业务已并入一件事联办。")),
        items=("姓名", "公民身份号码", "供养方式"),
        valid_days=100,
    ),
    Story(
        "yb",
        "孤儿和事实无人抚养儿童信息",
        "困境儿童资助参保",
        "《中华人民共和国未成年人保护法》",
        "第九十条",
        "核验资助参保的孤儿和事实无人抚养儿童。",
        (
            (6, "submit"),
            (5, "endorse"),
            (3, "propose", "provider", "APPROVE"),
            (2, "rework", "provider", "监护人电话与参保无关，请重新逐项审核。"),
        ),
        items=("姓名", "公民身份号码", "儿童类别", "监护人联系电话"),
    ),
    Story(
        "cl",
        "最低生活保障对象信息",
        "残疾人两项补贴资格复核",
        "《残疾预防和残疾人康复条例》",
        "第二十六条",
        "一次性复核领取困难残疾人生活补贴的人员是否低保对象。",
        (*decided(80, 74), (15, "dispose", "复核系统的比对结果表和本机导出文件，备份一并删除。")),
        items=("姓名", "公民身份号码", "救助类别"),
        valid_days=60,
    ),
    # others
    Story(
        "sw2",
        "不动产登记信息",
        "存量房交易计税核验",
        "《中华人民共和国税收征收管理法》",
        "第六条",
        "核验存量房交易的登记信息和面积。",
        (
            (13, "submit"),
            (12, "endorse"),
            (9, "return_", "authority", "请说明征管系统的安全等级保护备案情况"),
            (6, "attach", "征管系统等级保护备案证明.pdf"),
            (6, "message", "provider", "等级保护证明请附全页，证明编号须与备案系统一致。"),
            (6, "message", "", "已附全页，编号已核对。"),
            (5, "complete", "征管系统为等保三级，备案号见附件说明；查询限办税服务厅窗口。"),
            (4, "propose", "provider", "APPROVE"),
        ),
        items=("不动产单元号", "权利人名称", "坐落", "建筑面积", "登记时间"),
    ),
    Story(
        "rs",
        "户籍人口基本信息",
        "养老保险待遇资格认证",
        "《中华人民共和国社会保险法》",
        "第七十四条",
        "比对待遇领取人员的户籍注销情况，停发死亡人员待遇。",
        (*decided(35, 28), (3, "renew")),
        items=("公民身份号码", "姓名", "户籍注销日期"),
        valid_days=280,
    ),
    Story(
        "rs",
        "东莞市技能培训补贴信息",
        "技能补贴重复申领核查",
        "《中华人民共和国就业促进法》",
        "第四十九条",
        "跨市比对技能培训补贴，防止重复申领。",
        ((5, "submit"), (4, "endorse")),
        items=("姓名", "公民身份号码", "补贴金额"),
    ),
    Story(
        "zj",
        "不动产登记信息",
        "公租房资格房产核查",
        "《社会救助暂行办法》",
        "第三十八条",
        "核查公租房申请家庭在全省的房产。",
        ((12, "submit"), (11, "endorse")),
        items=("权利人名称", "权利人证件号码", "建筑面积", "坐落"),
    ),
    Story(
        "yj",
        "危险货物运输车辆信息",
        "危险化学品运输联合执法",
        "《危险化学品安全管理条例》",
        "第六十八条",
        "联合执法时核验危险货物运输车辆的许可和定位接入。",
        decided(24, 18),
        items=("道路运输证号", "号牌号码", "危险货物类别", "在线状态"),
        valid_days=180,
    ),
    Story(
        "xfj",
        "危险化学品经营许可信息",
        "消防重点单位火灾风险评估",
        "《中华人民共和国消防法》",
        "第五十二条",
        "评估储存危险化学品单位的火灾风险。",
        decided(22, 16, "APPROVE_PARTLY"),
        items=("储存方式", "储存地址", "最大储量", "联系电话"),
        masked=("联系电话",),
        valid_days=150,
    ),
    Story(
        "sc",
        "企业用电量信息",
        "",
        "",
        "",
        "",
        (),
        items=("月用电量", "最大需量"),
        is_bare=True,
    ),
)

PHRASES = (
    ("核对信息项用途", "{申请部门}：请说明申请 {单号}（{事由}）中每一信息项在哪个办事环节使用。"),
    ("提示办理进度", "申请 {单号} 最迟 {最迟答复} 答复，请{提供部门}安排办理。"),
    ("补充说明已上传", "{提供部门}：{单号} 的补充说明已写在申请里，请查看。"),
)
"""留言模板 that the authority keeps."""

TAKINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("mz", "户籍人口基本信息", ()),
    ("mz", "不动产登记信息", ("不动产单元号", "权利人名称", "建筑面积")),
    ("mz", "公共租赁住房保障对象信息", ()),
    ("yb", "最低生活保障对象信息", ()),
    ("rs", "户籍人口基本信息", ()),
    ("rs", "企业登记基本信息", ("统一社会信用代码", "企业名称", "登记状态")),
    ("hb", "企业登记基本信息", ()),
    ("fg", "企业登记基本信息", ()),
    ("sw", "企业登记基本信息", ()),
    ("yj", "企业登记基本信息", ()),
    ("mz", "医疗机构执业登记信息", ()),
    ("yb", "医疗机构执业登记信息", ()),
    ("fg", "重点商品价格监测信息", ()),
    ("nyj", "充电基础设施信息", ()),
    ("gzmz", "养老机构信息", ()),
    ("gzmz", "特困供养人员信息", ()),
    ("yb", "特困供养人员信息", ()),
    ("qx", "水库基础和水情信息", ()),
    ("jy", "户籍人口基本信息", ("公民身份号码", "户籍地址")),
    ("sw2", "住房公积金缴存信息", ("公民身份号码", "账户余额")),
)
"""Who takes which items (all open ones when none is named) on each of the last days. The last two have no grant."""

SMALL = (
    "户籍人口基本信息",
    "不动产登记信息",
    "机动车登记信息",
    "职工基本养老保险参保信息",
    "公共租赁住房保障对象信息",
    "住房公积金缴存信息",
    "企业纳税申报信息",
    "医疗救助待遇信息",
    "残疾人基本信息",
    "基本医疗保险参保信息",
    "退役军人优待证信息",
    "中小学学籍信息",
    "最低生活保障对象信息",
    "婚姻登记信息",
    "特困供养人员信息",
    "企业登记基本信息",
    "经济普查单位原始数据",
    "古树名木信息",
    "审计项目计划信息",
    "佛山市测量标志信息",
    "欠税公告信息",
    "公共数据安全评估记录",
    "临时救助申请登记信息",
)
"""Entries of `demo --small`: enough for every status and every share type."""
