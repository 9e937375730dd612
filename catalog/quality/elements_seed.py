"""Common data elements of government data, shipped as our own: what the province's catalogs name most.

A line: name | identifier | type | length or code list/format | other names, parted by blanks.
A code list (`表:`) makes 名称代码 and 名称名称 other names by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

TEXT = """
# 人口
姓名 | xm | C | 100 | 人员姓名 中文姓名 公民姓名
曾用名 | cym | C | 100 | 原名
姓名拼音 | xmpy | C | 100 | 拼音姓名
性别 | xb | C | 表:GB/T 2261.1 |
民族 | mz | C | 表:GB/T 3304 |
出生日期 | csrq | D | 式:年-月-日 | 生日 出生年月日
公民身份号码 | gmsfhm | C | 式:GB 11643 十八位，末位校验 | 身份证号 身份证号码 居民身份证号码
证件类型 | zjlx | C | 表:证件类型 | 证件种类 身份证件类型
证件号码 | zjhm | C | 40 | 证件号 有效证件号码
国籍 | gj | C | 表:GB/T 2659 | 国家或地区 所属国籍
籍贯 | jg | C | 表:GB/T 2260 |
出生地 | csd | C | 表:GB/T 2260 | 出生地点
政治面貌 | zzmm | C | 表:GB/T 4762 | 政治面目
婚姻状况 | hyzk | C | 表:GB/T 2261.2 | 婚姻状态
健康状况 | jkzk | C | 表:GB/T 2261.3 |
宗教信仰 | zjxy | C | 表:GA 214.12 |
血型 | xx | C | 表:血型 | 血型类型
学历 | xl | C | 表:GB/T 4658 | 文化程度 受教育程度
学位 | xw | C | 表:GB/T 6864 | 学位名称 所获学位
身高 | sg | N | 式:厘米 | 身高厘米
年龄 | nl | I | 式:周岁 |
户号 | hh | C | 20 | 户籍编号 户口编号
户口性质 | hkxz | C | 表:户口性质 | 户口类型 户籍性质 户籍类型
户主姓名 | hzxm | C | 100 | 户主
户主证件号码 | hzzjhm | C | 40 | 户主证件号
与户主关系 | yhzgx | C | 表:GB/T 4761 | 家庭关系
户籍地址 | hjdz | C | 200 | 户籍所在地详细地址
户籍地行政区划代码 | hjdxzqhdm | C | 表:GB/T 2260 | 户籍地区划代码
居住地址 | jzdz | C | 200 | 现住址
居住地行政区划代码 | jzdxzqhdm | C | 表:GB/T 2260 | 居住地区划代码
居住证编号 | jzzbh | C | 30 | 居住证号
手机号码 | sjhm | C | 11 | 移动电话
固定电话 | gddh | C | 20 | 座机号码 办公电话 固话
联系电话 | lxdh | C | 20 | 电话号码
传真号码 | czhm | C | 20 | 传真 传真电话
电子邮箱 | dzyx | C | 60 | 电子邮件地址
通信地址 | txdz | C | 200 | 通讯地址 联系地址
邮政编码 | yzbm | C | 6 | 邮编
联系人姓名 | lxrxm | C | 100 | 联系人
监护人姓名 | jhrxm | C | 100 | 监护人
监护人联系电话 | jhrlxdh | C | 20 | 监护人电话
配偶姓名 | poxm | C | 100 | 配偶名字
配偶公民身份号码 | pogmsfhm | C | 18 | 配偶身份证号
父亲姓名 | fqxm | C | 100 |
母亲姓名 | mqxm | C | 100 |
死亡日期 | swrq | D | 式:年-月-日 | 死亡时间
死亡原因 | swyy | C | 200 | 死因
# 婚姻、救助、残疾
男方姓名 | nfxm | C | 100 | 男方当事人姓名 丈夫姓名
女方姓名 | nvfxm | C | 100 | 女方当事人姓名 妻子姓名
男方公民身份号码 | nfgmsfhm | C | 18 | 男方身份证号 男方证件号码
女方公民身份号码 | nvfgmsfhm | C | 18 | 女方身份证号 女方证件号码
结婚登记日期 | jhdjrq | D | 式:年-月-日 | 结婚日期
离婚登记日期 | lhdjrq | D | 式:年-月-日 | 离婚日期
结婚证字号 | jhzzh | C | 40 | 结婚证编号 结婚证号
救助证编号 | jzzbh2 | C | 40 | 低保证号 低保证编号 救助证号
救助类别 | jzlb | C | 表:社会救助类别 | 救助种类
月保障金额 | ybzje | Y | 式:元 | 月救助金额 月保障金
家庭人口数 | jtrks | I | 式:人 | 家庭人数 家庭成员数
致困原因 | zkyy | C | 表:致困原因 | 致贫原因 困难原因
残疾人证号 | cjrzh | C | 20 | 残疾证号
残疾类别 | cjlb | C | 表:GB/T 26341 | 残疾类型
残疾等级 | cjdj | C | 表:GB/T 26341 | 残疾级别
# 社保、就业
社会保障卡号 | shbzkh | C | 20 | 社保卡号
个人社保编号 | grsbbh | C | 30 | 社保个人编号 个人参保编号
单位社保编号 | dwsbbh | C | 30 | 参保单位编号
险种类型 | xzlx | C | 表:LD/T 92 | 险种 参保险种
参保状态 | cbzt | C | 表:参保状态 | 参保缴费状态
参保日期 | cbrq | D | 式:年-月-日 | 首次参保日期
缴费基数 | jfjs | Y | 式:元 | 月缴费基数 缴费工资基数
单位缴费金额 | dwjfje | Y | 式:元 | 单位缴纳金额 单位缴费额
个人缴费金额 | grjfje | Y | 式:元 | 个人缴纳金额 个人缴费额
缴费年月 | jfny | C | 式:年月 | 缴费月份 费款所属期
累计缴费月数 | ljjfys | I | 式:月 | 实际缴费月数
参加工作日期 | cjgzrq | D | 式:年-月-日 | 参加工作时间
退休日期 | txrq | D | 式:年-月-日 | 离退休日期
工作单位 | gzdw | C | 200 | 工作单位名称 服务处所 就业单位
职业 | zy | C | 表:GB/T 6565 | 从事职业
职称 | zc | C | 表:GB/T 8561 | 专业技术职务 专业技术职称
就业状态 | jyzt | C | 表:就业状态 | 就业状况
公积金账号 | gjjzh | C | 30 | 住房公积金账号 公积金个人账号
银行账号 | yhzh | C | 40 | 银行帐号 银行账户
开户银行 | khyh | C | 100 | 开户行
账户名称 | zhmc | C | 100 | 户名 开户名称 开户名
# 教育
学校名称 | xxmc | C | 200 | 学校
学校标识码 | xxbsm | C | 10 | 学校代码
学籍号 | xjh | C | 30 | 全国学籍号 学籍号码
学号 | xh | C | 30 | 学生编号
所学专业 | sxzy | C | 100 | 专业 专业名称
入学日期 | rxrq | D | 式:年-月-日 | 入学时间
毕业日期 | byrq | D | 式:年-月-日 | 毕业时间
毕业学校 | byxx | C | 200 | 毕业院校
毕业证书编号 | byzsbh | C | 40 | 毕业证号 学历证书编号 毕业证编号
学位证书编号 | xwzsbh | C | 40 | 学位证号
准考证号 | zkzh | C | 30 | 考生准考证号
# 法人
统一社会信用代码 | tyshxydm | C | 式:GB 32100 十八位，末位校验 | 社会信用代码 信用代码
组织机构代码 | zzjgdm | C | 式:GB 11714 九位 | 组织机构代码证号
注册号 | zch | C | 20 | 工商注册号
纳税人识别号 | nsrsbh | C | 20 | 税务登记号
企业名称 | qymc | C | 200 | 公司名称 企业全称
个体工商户名称 | gtgshmc | C | 200 | 个体户名称
市场主体名称 | scztmc | C | 200 | 经营主体名称
单位名称 | dwmc | C | 200 | 机构全称 单位全称
社会组织名称 | shzzmc | C | 200 | 社团名称
法定代表人姓名 | fddbrxm | C | 100 | 法人代表 法定代表人
法定代表人证件类型 | fddbrzjlx | C | 表:证件类型 | 法人证件类型
法定代表人证件号码 | fddbrzjhm | C | 40 | 法人代表证件号码
法定代表人公民身份号码 | fddbrgmsfhm | C | 18 | 法定代表人身份证号 法人身份证号
负责人姓名 | fzrxm | C | 100 | 负责人 单位负责人
企业类型 | qylx | C | 表:GB/T 12402 | 市场主体类型 企业类别
行业门类 | hyml | C | 表:GB/T 4754 | 所属行业门类 行业大类
行业代码 | hydm | C | 表:GB/T 4754 | 国民经济行业代码
注册资本 | zczb | Y | 式:万元 | 注册资金
实缴资本 | sjzb | Y | 式:万元 | 实收资本
注册地址 | zcdz | C | 200 | 住所 企业住所
经营场所 | jycs | C | 200 | 经营地址
经营范围 | jyfw | M | 4000 | 业务经营范围 经营业务范围 许可经营项目
成立日期 | clrq | D | 式:年-月-日 | 设立日期 成立时间
核准日期 | hzrq | D | 式:年-月-日 | 核准时间
营业期限起 | yyqxq | D | 式:年-月-日 | 经营期限自 营业期限自 经营期限起
营业期限止 | yyqxz | D | 式:年-月-日 | 经营期限至 营业期限至 经营期限止
登记状态 | djzt | C | 表:登记状态 | 经营状态 企业状态
登记机关 | djjg | C | 100 | 登记机关名称
注销日期 | zxrq | D | 式:年-月-日 | 注销时间
吊销日期 | dxrq | D | 式:年-月-日 | 吊销时间
从业人数 | cyrs | I | 式:人 | 从业人员数量 职工人数
股东名称 | gdmc | C | 200 | 股东 投资人名称
认缴出资额 | rjcze | Y | 式:万元 | 认缴额
实缴出资额 | sjcze | Y | 式:万元 | 实缴额
出资方式 | czfs | C | 表:出资方式 | 出资形式
信用等级 | xydj | C | 表:信用等级 | 信用评价等级 信用级别
# 许可、处罚、证照
许可证编号 | xkzbh | C | 60 | 许可证号
证照编号 | zzbh | C | 60 | 证照号码
证书编号 | zsbh | C | 60 | 证书号
发证机关 | fzjg | C | 100 | 发证单位 颁发机关
发证日期 | fzrq | D | 式:年-月-日 | 签发日期 颁证日期
有效期起 | yxqq | D | 式:年-月-日 | 有效期自 生效日期
有效期止 | yxqz | D | 式:年-月-日 | 有效期至 失效日期 到期日期
许可事项 | xksx | C | 300 | 许可内容 许可项目
资质等级 | zzdj | C | 表:资质等级 | 资质级别
资质证书编号 | zzzsbh | C | 60 | 资质证书号
行政许可决定文书号 | xzxkjdwsh | C | 100 | 许可决定书文号 行政许可决定书文号
行政处罚决定书文号 | xzcfjdswh | C | 100 | 处罚决定书文号
处罚事由 | cfsy | M | 2000 | 违法事实 处罚原因
处罚依据 | cfyj | M | 2000 | 处罚法律依据
处罚结果 | cfjg | M | 2000 | 处罚内容 处罚决定
罚款金额 | fkje | Y | 式:元 | 罚款额 罚款数额
处罚日期 | cfrq | D | 式:年-月-日 | 处罚决定日期
处罚机关 | cfjg2 | C | 100 | 处罚机关名称
事项名称 | sxmc | C | 300 | 政务服务事项名称
事项编码 | sxbm | C | 40 | 事项代码 基本编码
实施编码 | ssbm | C | 40 | 事项实施编码
办件编号 | bjbh | C | 60 | 业务流水号 办件流水号
受理日期 | slrq | D | 式:年-月-日 | 受理时间
办结日期 | bjrq | D | 式:年-月-日 | 办结时间
# 地理、不动产
行政区划代码 | xzqhdm | C | 表:GB/T 2260 | 区划代码 行政区划
经度 | jd | N | 式:度，CGCS2000 | 东经
纬度 | wd | N | 式:度，CGCS2000 | 北纬
高程 | gc | N | 式:米 | 海拔 海拔高度
标准地址 | bzdz | C | 200 | 标准地址名称
不动产单元号 | bdcdyh | C | 28 | 不动产单元代码
不动产权证号 | bdcqzh | C | 60 | 不动产权证书号
坐落 | zl | C | 200 | 房屋坐落
权利人名称 | qlrmc | C | 200 | 权利人姓名
权利人证件号码 | qlrzjhm | C | 40 | 权利人证件号
权利类型 | qllx | C | 表:权利类型 |
共有方式 | gyfs | C | 表:共有方式 | 共有情况
建筑面积 | jzmj | N | 式:平方米 | 房屋建筑面积
使用权面积 | syqmj | N | 式:平方米 | 土地使用权面积
土地用途 | tdyt | C | 表:GB/T 21010 | 土地用途类型 地类用途
宗地代码 | zddm | C | 19 | 宗地号
项目名称 | xmmc | C | 300 | 建设项目名称
项目代码 | xmdm | C | 40 | 投资项目统一代码 项目编码
# 车辆
号牌号码 | hphm | C | 15 | 车牌号
号牌种类 | hpzl | C | 表:GA 24.7 | 号牌类型
车辆识别代号 | clsbdh | C | 17 | 车架号
发动机号 | fdjh | C | 40 | 发动机号码
车辆类型 | cllx | C | 表:GA 24.4 | 车辆种类
车辆所有人 | clsyr | C | 200 | 机动车所有人 机动车所有人姓名
驾驶证号 | jszh | C | 30 | 机动车驾驶证号 驾驶证编号
准驾车型 | zjcx | C | 表:GA 24.17 | 准驾车型类别
# 统计
人口总数 | rkzs | I | 式:人 | 总人口
户籍人口数 | hjrks | I | 式:人 | 户籍人口
常住人口数 | czrks | I | 式:人 | 常住人口
"""


@dataclass(frozen=True)
class Seed:
    """One element as it is shipped."""

    name: str
    identifier: str
    data_type: str
    length: int | None
    code_list: str
    value_format: str
    aliases: tuple[str, ...]


def seeds() -> Iterator[Seed]:
    """Every element, in order."""
    for line in TEXT.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, identifier, data_type, form, aliases = (part.strip() for part in line.split("|"))
        yield Seed(
            name=name,
            identifier=identifier,
            data_type=data_type,
            length=int(form) if form.isdigit() else None,
            code_list=form.removeprefix("表:") if form.startswith("表:") else "",
            value_format=form.removeprefix("式:") if form.startswith("式:") else "",
            aliases=tuple(aliases.split()),
        )
