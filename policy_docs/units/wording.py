"""Words around names that make lists, tails, platforms and general names of them. Pure data with its patterns."""

import re

SEP = re.compile(r"(?:、|，(?=[^，。；]{1,8}[、等])|和|与|及|以及|或者|或|及其|暨)+")
TAIL = re.compile(
    r"等?(?:政府)?(?:其他)?(?:有关|相关|政法|职能|主管|行政主管|行政管理|管理|行政|监管|执法)?(?:部门|机关|单位|机构|(?<=等)系统)(?!规章|联动)"
    r"|等[^的、，。；]{1,12}?(?:部门|机关|成员单位)"  # 等相关行业主管部门, 等禁毒委员会成员单位
)
DEPARTMENTS = (
    "部门",
    "主管部门",
    "行政部门",
    "行政主管部门",
    "行政管理部门",
    "管理部门",
    "管理机构",
    "监督管理部门",
    "监管部门",
    "执法部门",
    "行政执法部门",
    "监督管理机构",
    "主管机关",
    "行政管理机关",
    "行政机关",
    "执法机构",
    "行政执法机构",
    "综合执法机构",
    "综合执法部门",
    "综合行政执法机构",
    "综合行政执法部门",
)
BUREAUS = ("局", "厅", "委")
# kinds whose short form is no part of the name of a department of the government
NO_DEPARTMENT = frozenset({"media", "utilities", "internet_companies", "telecom", "government", "party_committee", "organization", "court", "npc", "cppcc"})
JUDICIAL = frozenset({"法院", "检察院", "人民法院", "人民检察院"})
JUDICIAL_SHORT = frozenset({"公安", "检察", "司法", "国安", "司法行政", "国家安全", "纪检", "纪检监察", "监察"})
# 检察院、法院、公安要…: no noun is needed at the end of such a list either, where a verb follows
JUDICIAL_LAST = re.compile(r"(?:法院|检察院|检察|公安|司法)(?:、|和|与|及|以及)\Z")
ACTS_NEXT = re.compile(r"[，。；：）]|[应要须]|[三四]家|负责|联合|共同|密切|分别|定期|建立|加强|开展|协作|配合|联动|之间|可以|不得|各司其职|依法")
BODIES_OF_PEOPLE = frozenset({"群团组织", "人民团体", "社会团体", "群众团体"})
TRADE_TAIL = re.compile(r"等?(?:业务)?(?:经营者|服务提供者|经营单位|企业(?![和、]))")
TRADES = frozenset({"internet_companies", "telecom", "media"})
ASIDE = re.compile(r"^（[^（）]{1,12}）(?=、)")  # 军分区（警备区）、县人民武装部
# 工会、妇联以及其他社会团体: of one sort with them
MASS = frozenset({"trade_union", "youth_league", "women_federation", "disabled_federation", "red_cross", "federation_industry_commerce"})
BEARERS = frozenset({"enterprises", "public"})  # named behind the departments (…等部门以及有关企业), they are no departments
OPEN = frozenset({"enterprises", "public", "media", "schools", "villages"})
# 金融、电信等业务经营者 are the trades, 金融、电信等部门 those who supervise them
TRADE_WORDS = {"金融": "financial_institutions"}
SUPERVISORS = {"电信": "communications"}
SUPERVISORS_TAIL = re.compile(r"[^，。；应要由向对]{0,40}?(?:部门|机关)")
ORGAN_TAIL = ("部门", "机关", "单位", "机构")
# short forms that are everyday words too: they name an organ only where a list may begin or go on (督促建设、…等部门, not 能力建设、…等部门)
WEAK = re.compile(
    r"(?:建设|住房|房屋|土地|数据|价格|计划|电力|煤炭|人事|劳动|绿化|园林|电影|信息化|快递|港口|公路|航运|文明|应急|商标|专利|版权|海洋|测绘|规划"
    r"|市政|燃气|供热|节能|组织|宣传|政法|安全生产|应急救援|草原|水产|人力资源|社会保险|社会保障|社会信用|房地产|物业管理|城市建设|城市规划|国有资产|平安建设|综合治理|旅游|文化|卫生|教育|金融)"
)
MAY_BEGIN = re.compile(r"(?:^|[^\u4e00-\u9fa5]|[由向与和同及或经报院府省市县区州盟旗级各请促调织导托知商合对]|有关|相关)$")
# 建设、施工、监理等单位: the parties of a building site and other trades, not the organs that supervise them
TRADE_ELEMENT = re.compile(r"(?:施工|监理|勘察|设计|生产|经营|使用|销售|运输|维护|检测|制造|仓储|维修|餐饮|住宿|医疗)$")
ELEMENT = re.compile(r"[\u4e00-\u9fa5]{2,9}?(?=[、和与及等]|部门|机关|单位|机构)")
PLATFORM = re.compile(
    r"[\u4e00-\u9fa5“”\"+＋\-0-9]{0,10}?(?:平台|系统|信息网|公开网|数据库|网站|指挥中心|(?:政务|执行|信用|数据)云|应用程序|客户端|公报|(?<![通汇上申举填呈申])报(?=[，。；》]))"
)
FIRM = re.compile(r"查控|办案系统|等(?:部门|单位)")
TITLES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|〈[^〉]*〉")
# a list goes on behind its tail, and with words of extent: …、金融监管等部门以及各金融机构、相关行业协会
GOES_ON = re.compile(
    rf"(?:{TAIL.pattern})?{SEP.pattern}(?:各类|各大|[三四五]大|各|主要|有关|相关|其他|所在地?|同级|本级|当地|辖区内|辖内|所辖){{0,2}}(?:省级|市级|县级)?"
)
QUALIFIED = re.compile(r"(?:、|和|或者)[^，。；、对将把由向与应要]{2,18}的")
DEFINING = re.compile(r"以下[^（）]{0,6}$|所称的?$")
# one word for several kinds
SEVERAL = (
    (re.compile(r"司法机关"), ("court", "procuratorate")),
    (re.compile(r"(?:公民|自然人)、法人(?:和|或者|或|以及|、)(?:其他|非法人)组织"), ("public", "enterprises")),
)
BRANCH_OFFICE = re.compile(r"(?:中心支行|支行|分行|监管分局|监管局|分局|税务局)")
# 市公安局刑侦支队, 市法院立案庭: an organ inside the unit
INSIDE = {
    "public_security": re.compile(r"(?:刑侦|刑警|治安|经侦|网安|法制|特警|巡特警|户政|禁毒|巡逻|反诈|科信|情报)(?:管理)?(?:支队|大队|总队|中队)"),
    "court": re.compile(r"(?:立案|审判|民事审判|刑事审判|行政审判|执行裁判)(?:第?[一二三四])?庭"),
}
BRANCH = re.compile(r"及?其?的?(?:派出机构|派驻机构|分支机构)")
LEGAL = re.compile(r"律师|公证|仲裁|调解")
BARE = frozenset({"行政执法部门", "执法部门", "行政执法机关", "行政执法机构", "主管部门", "主管机关", "行政主管部门", "监管部门"})
SPECIFIC = re.compile(
    r"(?<!有关)(?<!相关)(?<!各级)(?<!上级)(?<!下级)(?<!行业)(?<!业务)(?<!其他)(?<!同级)(?<!当地)(?<!地方)(?<!人民政府)(?<!所在地)(?<!国务院)(?<!政府)(?<![各其由向经报和与及或同的、是为对省市县区州该从受被等照据请到凡助合])(?<=[\u4e00-\u9fa5])$"
)
NUMBER_NEXT = re.compile(r"(?:办?[发函通字电]|办)?[〔\[【﹝][12１２]\d{3}[〕\]】﹞]|办?[发函]（[12１２]\d{3}）")
LIST_BEFORE = re.compile(r"公、?检、?法(?:、?司)?$|等[^、，。；的应和与及]{0,12}$")
ORGAN_NEXT = re.compile(
    r"(?:(?!应|要|须|负责|可以|不得|由|向|报|建立|设立|成立|确定)[\u4e00-\u9fa5]){1,10}?(?:委员会|领导小组|领导机构|指挥部|办公室|管理局|部门|机构)"
)
PLACE_WORDS = frozenset({"省（区、市）", "市（地、州、盟）", "县（市、区、旗）", "县（市、区）", "市（州）"})
EVERYBODY = re.compile(
    r"(?:任何|有关|相关|其他)?单位(?=(?:和|、|或者|或|、组织和|、组织或者)个人)|(?<=个人或者)单位|(?<=个人、)单位|(?<=对)单位(?=处|并处|可以处|给予)|(?:^|(?<=[。；，]))单位(?=[^，。；、]{1,20}[的时]，应当|发现)|(?:^|(?<=[。；]))单位(?!用户|所在|内部|负责人|住所|工会|名称|犯|的|和|或|、|[：:])|(?<=辖区内)单位(?=[及和、])|(?<=鼓励)单位(?=和)|(?<=禁止)单位"
)
INTERNAL = re.compile(r"(?:人民)?法院内部")
PERSON = re.compile(r"(?:党组)?(?:书记、)?(?:院长|局长|检察长|主要负责人|党组书记|主任|部长)")
VERBAL = re.compile(r"(?:委托|依|公证|仲裁|教育引|可|经|进行)$")
ORGAN = re.compile(
    r"(?<![\u4e00-\u9fa5])([\u4e00-\u9fa5]{2,14}?(?:领导小组|协调小组|工作小组|工作专班|联席会议|指挥部|处置组|查控组|支队|大队|(?:管理|服务|指挥|登记|交易|查控|救助|调解|协调|监控|信息|事务|监测|处置|保障|执法|征信|治理|搜救|急救)中心|委员会|管委会|办公室|领导机构|办事机构|管理局|监督局|总站|服务站|专员办))(?![\u4e00-\u9fa5]*(?:中心|小组))"
)
DEPARTMENT = re.compile(r"(?:^|(?<=[，。；、（由向经报和与及或同府院市县区省州]))([\u4e00-\u9fa5]{2,8}?(?:行政主管部门|主管部门|行政管理部门))")
# 州档案开发局, 省测绘局: a bureau with its level before it
BUREAU = re.compile(
    r"(?:^|(?<=[，。；、（由向经报和与及同请]))(?:本|全)?([省市州县区旗盟](?![市区县域位划间])[\u4e00-\u9fa5]{2,10}?(?:(?<![布格结全大当])局|厅))(?![面势限部域长])"
)
# 市信用中心, 县督查室, 区治欠办: at a level, or at the head of its sentence with its verb behind
_ACTS = r"(?=应当|负责(?!人)|牵头|须|不得|配合|协助|承担|提供|按照|每[年月季]|要(?![求件点素]))"
_LEVEL = r"[省市州县区旗盟](?![市区县域位划间场民内外委长])(?:(?![为以的是把将在对应须等绕和与由向])[\u4e00-\u9fa5])"
CENTRE = re.compile(
    rf"(?:^|(?<=[，。；、：（由向经报和与及或同请]))({_LEVEL}{{2,14}}?中心(?![城区地]|小学|支行|医院|位置|任务|环节|组)|{_LEVEL}{{2,10}}?(?:室|(?<![法医学])院|(?<!住)所|站|队|办|委){_ACTS}"
    rf"|[省市州县区旗盟]委[\u4e00-\u9fa5]{{2,6}}?办{_ACTS}|(?:(?![为以的是把将在对应须等绕和与由向])[\u4e00-\u9fa5]){{2,10}}?中心{_ACTS})"
)
# 责任单位：市公安局、市信用办、市税务局: in a list
LISTED_OFFICE = re.compile(rf"(?:^|(?<=[，。；：、]))({_LEVEL}{{1,7}}?(?<![主承协督交查经举创开])办)(?=[、）]|等)")
# 烟草专卖部门、国资委要…: a department that begins its sentence or stands in a list, and that acts
ACTING_DEPARTMENT = re.compile(
    rf"(?:^|(?<=[，。；、：由]))((?:(?![为以的是把将在对应须等绕和与由向要各多两几其该本相有])[\u4e00-\u9fa5]){{2,7}}?部门)(?:(?=[、和][\u4e00-\u9fa5、]{{2,30}}?(?:应当|负责|要|须|配合))|(?=会同|依法)|{_ACTS})"
)
LEADS = r"第[一二三四五六七八九十百]+条|由|会同|应当向|向|报|明确|负责|协调|指导|组织|督促|设立|成立|召开|支持培育|下设|按照|根据|征求|移交|选举产生|置于|送|经(?![济贸营信])|与"
LEAD_IN = re.compile(rf"(?:.*(?:{LEADS}|和|及|或者|或))?")
GENERIC = re.compile(
    r"^(?:以|为|将|在|把|从|向|对|按|经(?![济贸营信])|据|其|该|本|这|各|有关|相关|联席会议$|领导小组$|^[\u4e00-\u9fa5]{2}中心$|同志|主任|组长|(?:法院|检察院|局|委)[\u4e00-\u9fa5]{0,8}(?:中心|支队|大队)$|建立|建设|推进|加强|完善|成立|设立|坚持|围绕|发挥|强化|健全|突出|统筹|依托|充分)|^(?:任何|行政管理|业务|主办|承办|委托|相应|上述|原)部门$|的|是|同志|[担兼]任|(?<![责主])任办公室$|不动产登记中心$|中心环节|重心|^委员会$|^办公室$|(?:业主|审判|检察|评标|债权人|选举|清算)委员会$"
)
