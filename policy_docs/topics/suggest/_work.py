"""Rules for the topics of daily work; a heading may give its topic to what stands below it."""

import re

from ._rule import rule

_COURT = re.compile(r"执行|法院|失信|限制高?消费|查控|抗法|立审执")

WORK = (
    rule("w_network", "网络查控 总对总 点对点 查控系统 查控网络 网络执行 一网查询 在线查询", about=_COURT, heads=r"网络(?:执行)?查控|查控网络"),
    rule("w_query", "查询", r"财产|存款|账户|房产|不动产|土地|车辆|股权|登记|身份|户籍|婚姻|公积金|证券|保险|税|信息", about=_COURT, unless=r"查询[^，。；]{0,10}失信"),
    rule("w_seal", "查封 扣押 冻结 划拨 扣划", r"财产|存款|账户|房|不动产|土地|车|股权|资金|登记|手续|文书|林木|林权|保险|理财|证券|款", about=_COURT),
    rule("w_dispose", "拍卖 变卖 网拍 评估 腾退 过户 以物抵债 财产处置", r"财产|房|不动产|土地|车|资产|拍卖|变卖|标的|腾退|抵债", about=_COURT, unless=r"考核评估|评估指标|质量评估", heads=r"财产(?:的)?处置|处置变现"),
    rule("w_joint", "联席会议 会商 领导小组 联络员 例会", about=_COURT, unless=r"组\s*长"),
    rule("w_linkage", "联动机制 协作机制 执行联动 协同机制 协助执行机制 协助执行网络 协作联动", about=_COURT),
    rule("w_grid", "网格 乡镇 街道 村民委员会 居民委员会 村（社区） 基层组织", r"协助|配合|查找|送达|推送|联络|见证", about=_COURT),
    rule("w_info", "信息共享 数据共享 互联互通 共享 对接 推送 信息交换", r"信息|数据|系统|平台|名单|网络", about=_COURT, heads=r"信息共享|数据共享"),
    rule("w_list", "失信被执行人名单 失信名单", r"纳入|推送|列入|更新|核对|录入|管理|建立", unless=r"重要参考|曝光|播发"),
    rule("w_repair", "信用修复 失信修复 屏蔽 撤销失信 删除失信 解除限制消费 移出名单", r"失信|信用|限制消费|名单", about=None),
    rule("w_consume", "限制消费 限制高消费 高消费", about=_COURT, unless=r"限制消费人员名单"),
    rule("w_crime", "拒执罪 拒不执行判决 拒不执行法院 拒不执行生效 拒执犯罪 拒执", r"罪|犯罪|立案|侦查|起诉|公诉|自诉|移送", about=None, heads=r"拒执|拒不执行"),
    rule("w_resist", "暴力 抗法 抗拒执行 阻碍执行 妨害执行 妨碍执行 围攻", r"出警|处置|打击|制止|依法|惩处", about=_COURT),
    rule("w_relief", "司法救助 执行救助 救助资金 救助金 救助对象", about=None, heads=r"司法救助|执行救助"),
    rule("w_publicity", "宣传 舆论 新闻发布 典型案例 普法 媒体", r"宣传|引导|典型案例|报道|发布|普法", about=None, unless=r"宣传部[门]?(?!.{0,40}(?:宣传报道|引导|加强宣传))", heads=r"宣传(?:引导|教育|工作)"),
    rule("w_assess", "考核 督查 督办 督导 问责 追责 责任追究 通报批评", about=None, heads=r"考核|督查|督导"),
    rule("w_source", "源头 保全 诉前 自动履行 自觉履行 立审执 多元化解 调解", r"源头|保全|自动履行|立审执|执行难|诉前|多元化解", about=_COURT, unless=r"督促.{0,8}自觉履行|保全费"),
    rule("w_bankrupt", "执转破 执行转破产 破产", about=None),
    rule("w_special", "公职人员 国家机关工作人员 党政机关 国家机关 国有企业 人大代表 政协委员", r"督促|履行|清理|欠", about=re.compile("被执行人|执行"), unless=r"限制.{0,12}担任"),
    rule("w_petition", "信访 上访", about=_COURT, unless=r"信访局、"),
    rule("w_guarantee", "经费 编制 装备 队伍建设 执行力量 人员配备", r"保障|落实|配备|加强|充实|列入|预算|统筹|解决", about=None),
)  # fmt: skip
