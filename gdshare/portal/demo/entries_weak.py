"""Entries for the two reports of the authority: published ones whose basis carries under 50号 (Art 16-18) and no longer
under the 2025 regulation (Art 15 asks for a law, an administrative regulation or a decision of the State Council), and a
draft that names its items otherwise than the departments that already supply them. Last, so that no number moves.
"""

TEXT = """
## fg
信用修复审核材料信息 | 信用体系 |  | 不 | 每月 | 信用修复 | 信用条例
信用主体申请修复时提交的承诺、整改证明和审核意见。
修复申请编号! 统一社会信用代码 单位名称 承诺内容 整改情况摘要 审核意见 审核日期
## gx
数字经济企业监测原始数据 | 经济运行 |  | 不 | 每季度 | 数字经济运行监测 | 数字经济
监测企业报送的研发、用工和订单原始数据，只用于测算指数。
统一社会信用代码! 企业名称 统计季度! 研发费用 从业人数 在手订单金额 报送日期
## sj
公共数据安全评估记录 | 公共服务 |  | 不 | 每年 | 公共数据安全评估 | 公共数据
对重要公共数据平台开展安全评估的过程记录和发现的问题。
评估编号! 平台名称 运行单位名称 评估机构名称 评估日期 问题摘要 整改期限至
## mz
临时救助申请登记信息 | 社会保障 |  | 有 | 每日 | 临时救助申请 | 社会救助
窗口受理临时救助申请时填写的人员、户籍、车辆和就业情况。
申请编号! 人员姓名 居民身份证号码 户口所在地 家庭成员关系 车牌号码 养老参保状态 就读院校 申请日期 受理机构
"""
