"""Units that a text names by words of its own: by what they do (主办单位, 受理机关), by their task, by the trade they ply. Pure.

No vocabulary can list them: whatever a statute calls those whom it binds, the noun at the end and the verb behind it tell what they are.
"""

import re

_MODAL = r"(?:应当|不得|必须|应(?=[\u4e00-\u9fa5]{2}))"
_ON = r"(?=(?:(?:、|和|或者|以及|及其|及)[\u4e00-\u9fa5]{2,12}?){0,3}MODAL)".replace("MODAL", _MODAL)
# what stands before such a noun is no order to somebody else and no case that is told
_START = r"(?:^|(?<=[，。；：、]))(?![对向给由经将把被按依因当与在除未不从为是凡以至]|进入|前往|出入|设立|开办|新建|投资|申请)"
# 负责关键信息基础设施安全保护工作的部门: told by its task alone, whoever has it is meant
_BY_TASK = re.compile(
    r"(?:负责|负有|承担|履行|具有|行使)[^，。；、：应要由]{2,30}?(?:职责|职能|工作|管理|监管|监督|义务)的(?:行政)?(?:主管|管理|监督管理|行政管理|监管)?(?:部门、单位|部门和单位|部门|机关|机构)|负有[^，。；、：应要由]{2,30}?义务的单位|法律、(?:行政)?法规规定的(?:部门|机关|机构)|有管辖权的(?:部门|机关)|有权机关"
)
# 作出决定的部门应当…, 由组织验收的部门…: told by an act of its own
_BY_ACT = re.compile(
    r"(?:^|(?<=[，。；：由]))(?:[组作提制实编发受办审核批出确签委登举主承]|从事)[^，。；：由应]{3,30}?的(?:部门|机关)(?=，?(?:应当|不得|必须|责令|负责|按照|依照|[\u4e00-\u9fa5]{2}))"
)
# 受理机关应当…: whichever authority has the case in hand
_IN_CHARGE = re.compile(
    r"(?:^|(?<=[，。；：由、]))(?:办理|受理|审批|许可|决定|批准|发证|登记|备案|承办|主办|举办|审核|征收|征用|起草|制定|实施|立案|移送|接收|执法|处罚|复议|任免|派出)(?:机关|部门)"
    r"(?=，?(?:和|、|或者)?(?:应当|不得|必须|可以|责令|负责|依法|予以|给予|按照|在|对|编制|撤销|收回|吊销|组织))"
)
# 公共信用信息提供单位: departments that hand over what they have
_GIVES = re.compile(r"公共[\u4e00-\u9fa5]{2,8}(?:提供|归集|采集)单位")
# 机关、企业事业单位、社会组织应当…, 本市应当…: the authorities as such
_OFFICES = re.compile(
    r"(?<![\u4e00-\u9fa5])机关(?=、(?:人民团体|社会团体|团体|群团|学校|企业|企事业|事业单位|社会组织))|(?:^|(?<=[。；，条]))本[省市县区州](?=应当)"
)
# 参展单位、场馆单位不得…: whoever a statute calls so, it binds
_SOME_UNIT = re.compile(
    rf"{_START}(?!有关|相关|各|本|其|该|任何|成员|联动|责任|牵头|配合|主管|协助|协作|所属|下属|上级|下级|以及|及|其他|个人|前款|党|国家)"
    r"[^，。；、：由应对]{0,16}?(?:(?<!成员)(?<!有关)(?<!相关)(?<!主管)(?<!部门和)(?<!部门、)(?<!机构、)(?<!所在)(?<!提供)单位|企业|公司|场馆|图书馆|博物馆|体育馆|文化馆|美术馆|纪念馆|展览馆|科技馆|医院|血站|急救站|清洗站(?:（点）)?|加油站|商户|摊贩|经营户|门店|商店|药店|合作社"
    r"|停车场|招标人|投标人|中标人|采矿权人|探矿权人|出租人|承租人|转让人|出卖人|经营管理者|投标者|招标者|责任人|责任主体|经营主体|提供方|(?:经济|经营|服务)组织|(?:营业|经营|公共|娱乐|服务|交易)场所|(?:鉴定|咨询|代理|检验|评价|测绘|经纪)机构)"
    + _ON
)
# 乘客应当…
_SOME_PERSON = re.compile(
    rf"{_START}[^，。；、：由应对的]{{0,10}}?(?:乘客|用户|(?<!执)行人|驾驶人|驾驶员|车主|患者|家属|游客|旅客|消费者|购买人|饲养人|使用人|观众|任何人)" + _ON
)

# 先进单位, 施工图审查单位: of no department, wherever the text speaks of it
_OTHER_UNIT = re.compile(
    r"(?:(?<=[、和及])(?!支持|引导|鼓励|督促|协调|指导|组织|推动|促进|要求|责令|监督|委托|帮助|服务|通知|告知)[\u4e00-\u9fa5]{1,6}?|(?<=[\u4e00-\u9fa5]))(?<!有关)(?<!相关)(?<!成员)(?<!联动)(?<!责任)(?<!牵头)(?<!配合)(?<!主管)(?<!协助)(?<!协作)(?<!所属)(?<!下属)(?<!上级)(?<!下级)(?<!其他)(?<!所在)(?<!提供)(?<!中央)(?<!直属)(?<![省市县区州]级)(?<![省市县区州]直)"
    r"(?<!保护)(?<!计量)(?<!基本)(?<!货币)(?<!面积)(?<!时间)(?<!部门和)(?<!部门、)(?<!部门或者)(?<!任何)(?<![各本该其等每以为按个、和与及])单位(?![的、和]?(?:内部|面积|产品|能耗|时间|价格|体积|长度|负责人|住所|名称|犯))"
)
# words, the kind that they mean, the noun that they end with
TOLD = (
    (_BY_TASK, "@members", "部门"),
    (_BY_ACT, "@members", "部门"),
    (_IN_CHARGE, "@members", "机关"),
    (_GIVES, "@members", "单位"),
    (_OFFICES, "government", "机关"),
    (_SOME_UNIT, "enterprises", "单位"),
    (_SOME_PERSON, "public", "个人"),
    (_OTHER_UNIT, "enterprises", "单位"),
)
