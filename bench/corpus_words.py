"""The words that generated documents are put together from. None of them is the name of a unit, but for the tables that say so."""

TOPICS = (
    "车辆查控协作工作", "不动产登记衔接工作", "涉案款物移交工作", "失信信息归集工作", "线索核查反馈工作", "档案互查工作",
    "联合惩戒台账工作", "评估机制完善工作", "限制消费核对工作", "工程款清理工作", "查询接口改造工作", "文书送达协查工作",
)  # fmt: skip
GENRES = ("实施意见", "实施方案", "工作方案", "若干意见", "管理办法")
HEADS = ("信息归集", "查控衔接", "线索核查", "结果反馈", "台账管理", "保障措施", "时限要求", "责任落实", "接口建设", "成果运用")
ACTS = ("核对", "登记", "汇总", "公布", "整理", "移交", "补录", "复核", "归档", "更新")
THINGS = (
    "车辆档案", "房屋坐落", "股权结构", "工程结算", "婚姻状况", "户籍底册", "出行记录", "权属变动", "退税账目", "许可证照",
    "评估报告", "查封期限", "轮候次序", "线索来源", "送达回证", "异议材料", "案款去向", "接口日志", "数据字段", "差错明细",
)  # fmt: skip
ENDS = (
    "查无结果的也应如实注明，留存经办人和时间", "逾期没有反馈的列入季度通报", "情况复杂的可以延长一次，并说明理由", "数据口径以最近一次校验为准",
    "涉及保密的按照规定另行传递", "前后不一致的以现场记录为准", "同一事项不重复报送", "表样另行下发",
    "纸质材料与电子数据不符的，以纸质材料为准，并在五个工作日内更正电子数据", "同一标的物上有多项查封的，按照登记先后排列次序，次序变动的当日注明",
    "线索经初步核对没有价值的，注明理由后归入备查卷，一年内不重复核对", "遇有系统停用、线路中断等情形的，改用人工传递，恢复后三日内补录",
    "办理时限从材料齐备之日起计算，补正材料的时间不计入", "对超过期限没有回音的，逐级提示一次，仍无回音的在季度会议上说明",
    "标的物价值难以确定的，参照近三个月同类交易的平均价格记载", "跨地办理的，先行电话沟通，再发书面函件，函件与电话记录一并入卷",
)  # fmt: skip

# Generic names, short forms of lists (公安、民政等部门), by key of the unit kind.
GENERIC = {
    "public_security": "公安机关", "justice": "司法行政机关", "civil_affairs": "民政部门", "finance": "财政部门", "education": "教育部门",
    "hrss": "人力资源和社会保障部门", "natural_resources": "自然资源部门", "housing_construction": "住房和城乡建设部门", "transport": "交通运输部门",
    "agriculture": "农业农村部门", "culture_tourism": "文化和旅游部门", "emergency": "应急管理部门", "market_regulation": "市场监管部门",
    "audit": "审计机关", "statistics": "统计部门", "water": "水利部门", "science": "科技部门", "health": "卫生健康部门",
}  # fmt: skip
SHORT = {
    "public_security": "公安", "justice": "司法行政", "civil_affairs": "民政", "finance": "财政", "education": "教育", "hrss": "人力资源社会保障",
    "natural_resources": "自然资源", "housing_construction": "住房城乡建设", "transport": "交通运输", "agriculture": "农业农村",
    "culture_tourism": "文化和旅游", "emergency": "应急管理", "market_regulation": "市场监管", "audit": "审计", "statistics": "统计", "water": "水利",
    "science": "科技", "health": "卫生健康",
}  # fmt: skip

# Names from before the reforms; a kind in REFORMED has no other name.
OLD_NAMES = {
    "market_regulation": ("工商局", "食品药品监督管理局"), "natural_resources": ("国土局", "国土资源局"), "emergency": ("安监局",),
    "culture_tourism": ("旅发委", "旅游局"), "tax": ("国税局", "地税局"), "political_legal": ("综治办",),
    "intellectual_property": ("知识产权局",), "government_legal": ("法制办",),
}  # fmt: skip
REFORMED = frozenset({"intellectual_property", "government_legal", "tax", "political_legal"})

# Functions that have moved: the kind that had them and words of the function.
FUNCTIONS = (
    ("housing_construction", ("规划审批", "规划许可")), ("civil_affairs", ("优抚安置", "救灾物资")), ("hrss", ("医疗保险", "生育保险")),
)  # fmt: skip
