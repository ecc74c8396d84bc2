"""What every deed of the audit trail is called, and who may hear of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words = dict[str, "str | Promise"]

DOCUMENTS: Words = {
    "opinion.add": gettext_lazy("收录"), "opinion.version": gettext_lazy("收录新文本"), "opinion.draft": gettext_lazy("导入为草稿"), "opinion.text": gettext_lazy("修改正文"),
    "opinion.approve": gettext_lazy("审核后发布"), "opinion.start_from": gettext_lazy("参照已有文件起草"), "opinion.validity": gettext_lazy("确认现行有效"),
    "opinion.repealed": gettext_lazy("登记废止"), "opinion.repeal_taken_back": gettext_lazy("撤销废止"), "opinion.disclosure": gettext_lazy("设公开属性"),
    "opinion.submit": gettext_lazy("提交审核"), "opinion.submit_taken_back": gettext_lazy("撤回审核"), "opinion.reviewed": gettext_lazy("标为核对完成"),
    "opinion.reopened": gettext_lazy("重新核对"), "opinion.insert": gettext_lazy("插入条款"), "opinion.split": gettext_lazy("拆分条款"),
    "opinion.merge": gettext_lazy("合并条款"), "opinion.move": gettext_lazy("移动条款"), "opinion.renumber": gettext_lazy("重新编号"),
    "opinion.take_back": gettext_lazy("撤销编辑"), "opinion.amendment_stored": gettext_lazy("存入待施行的修订"), "opinion.called_back": gettext_lazy("撤回待施行的修订"),
    "opinion.merge_input": gettext_lazy("合并两人的修改"), "opinion.drop_input": gettext_lazy("放弃没有存入的修改"), "opinion.take_up_input": gettext_lazy("取用没有存入的修改"),
    "opinion.correction_carried": gettext_lazy("把更正写入待施行的文字"),
    "opinion.draft_overtaken": gettext_lazy("留下未发布的修改，启用待施行的文字"),
    "opinion.not_collected": gettext_lazy("决定不收录"), "opinion.to_be_collected": gettext_lazy("恢复收录"), "opinion.withdraw": gettext_lazy("撤回公开"),
    "opinion.removal_asked": gettext_lazy("申请删除"), "opinion.removal_approved": gettext_lazy("批准删除"), "opinion.removal_refused": gettext_lazy("不批准删除"),
    "opinion.removal_taken_back": gettext_lazy("撤回删除申请"), "opinion.trash": gettext_lazy("移入回收站"), "opinion.restore": gettext_lazy("从回收站恢复"),
    "opinion.delete": gettext_lazy("彻底删除"),
}  # fmt: skip
DUTIES: Words = {
    "duty.confirmed": gettext_lazy("接受职责"), "duty.rejected": gettext_lazy("驳回职责"), "duty.change": gettext_lazy("修改职责"), "duty.add": gettext_lazy("补入职责"),
    "duty.undo": gettext_lazy("撤销对职责的办理"), "duty.rest": gettext_lazy("给职责选定新的依据句"), "duty.ended": gettext_lazy("让职责随条款失效"), "note.add": gettext_lazy("写批注"), "note.edit": gettext_lazy("修改批注"), "note.withdraw": gettext_lazy("撤回批注"),
    "note.restore": gettext_lazy("恢复批注"), "second.submit": gettext_lazy("提交复核"), "second.accept": gettext_lazy("复核通过"), "second.return": gettext_lazy("复核退回"),
    "second.take_back": gettext_lazy("撤回复核"),
}  # fmt: skip
TOPICS: Words = {
    "clausetopic.confirmed": gettext_lazy("接受主题"), "clausetopic.rejected": gettext_lazy("驳回主题"), "clausetopic.add": gettext_lazy("添加主题"),
    "clausetopic.undo": gettext_lazy("撤销对主题的办理"), "topic.add": gettext_lazy("新增主题"), "topic.change": gettext_lazy("修改主题"), "topic.move": gettext_lazy("移动主题"),
    "topic.merge": gettext_lazy("合并主题"), "topic.retire": gettext_lazy("停用主题"), "topic.restore": gettext_lazy("恢复主题"), "topic.load": gettext_lazy("载入主题目录"),
}  # fmt: skip
UNITS: Words = {
    "reform.entered": gettext_lazy("登记机构改革"), "reform.undone": gettext_lazy("撤销机构改革"), "reform.entered_again": gettext_lazy("恢复机构改革"),
    "unit.alias_added": gettext_lazy("补充单位写法"), "unit.name_ignored": gettext_lazy("判断不是单位"), "body.enter": gettext_lazy("登记议事协调机构"),
    "body.end": gettext_lazy("登记议事协调机构撤销"), "body.go_on": gettext_lazy("恢复议事协调机构"), "body.change": gettext_lazy("修改议事协调机构"),
    "body.add_member": gettext_lazy("增加成员单位"), "body.change_member": gettext_lazy("修改成员单位"), "body.drop_member": gettext_lazy("去掉成员单位"),
}  # fmt: skip
#: contacts of persons, uploads that are one's own until they are saved, one's own filters, and the machinery: the list of changes is silent on them
HELD_BACK: Words = {
    "directory.join": gettext_lazy("列入通讯录"), "directory.leave": gettext_lazy("移出通讯录"), "directory.change": gettext_lazy("修改联络信息"),
    "directory.confirm": gettext_lazy("确认联络信息"), "directory.read": gettext_lazy("查看联络信息"), "directory.export": gettext_lazy("导出通讯录"),
    "directory.merge": gettext_lazy("合并通讯录中的单位"), "directory.import": gettext_lazy("导入通讯录"), "directory.round": gettext_lazy("发起年度确认"), "directory.deadline": gettext_lazy("改确认期限"),
    "directory.close": gettext_lazy("结束年度确认"), "directory.go_on": gettext_lazy("继续年度确认"), "directory.reopen": gettext_lazy("请单位重新确认"),
    "import.upload": gettext_lazy("上传文件"), "import.refused": gettext_lazy("没有收下文件"), "import.secret": gettext_lazy("拒收涉密标志的文件"),
    "import.same": gettext_lazy("上传了相同的文件"), "import.save": gettext_lazy("保存导入"), "import.discard": gettext_lazy("放弃导入"),
    "import.resume": gettext_lazy("恢复导入"), "import.part": gettext_lazy("把一份文件分为两份"), "import.join_back": gettext_lazy("并回一份文件"),
    "import.download": gettext_lazy("下载原件"), "saved.share": gettext_lazy("共用筛选"), "saved.remove": gettext_lazy("删除筛选"),
    "account.add": gettext_lazy("新建账号"), "account.change": gettext_lazy("修改账号"), "index.compare": gettext_lazy("核对索引"), "index.rewrite": gettext_lazy("重写索引"),
    "search.missed": gettext_lazy("反映查不到的内容"), "search.missed_settled": gettext_lazy("办结反映"),
}  # fmt: skip
#: deeds that every reader of the house may hear of; the others of documents, duties, topics and units are the office's
FOR_READERS = frozenset(
    {
        "opinion.add",
        "opinion.version",
        "opinion.text",
        "opinion.approve",
        "opinion.validity",
        "opinion.repealed",
        "opinion.repeal_taken_back",
        "duty.confirmed",
        "duty.change",
        "duty.add",
    }  # fmt: skip
)
#: after these a document is in the store no more; that it went is told, not its title
GONE = frozenset({"opinion.trash", "opinion.delete", "opinion.removal_approved"})

TOLD: Words = {**DOCUMENTS, **DUTIES, **TOPICS, **UNITS}
WORDS: Words = {**TOLD, **HELD_BACK}
