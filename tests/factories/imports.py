"""Uploads as the wizard makes them."""

from cms.accounts.models import User
from policy_docs.importing import intake, work
from policy_docs.importing.draft import Draft, from_json
from policy_docs.importing.models import ImportFile

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）公安机关应当协助人民法院查找被执行人。
（二）州发改委应当协助查询项目立项情况。
（四）州财政局应当保障工作经费。
联合处置组应当协调。
二、保障
各成员单位应当确定联络员。
2017年5月3日
"""


def officer(name: str = "李静") -> User:
    """An officer of the coordination office."""
    return User.objects.create(username=name, display_name=name, role="coordination")


def upload(actor: User, text: str = TEXT, name: str = "a.txt") -> ImportFile:
    """A file that was uploaded and split."""
    row = intake.receive(text.encode(), path=name, actor=actor)
    if row.job_id is not None:
        work.run_job(row.job_id)
    row.refresh_from_db()
    return row


def draft(row: ImportFile) -> Draft:
    """The draft as it is in the database."""
    row.refresh_from_db()
    return from_json(row.draft)


def texts(row: ImportFile) -> list[str]:
    """Label and text of each block of the draft."""
    return [block.label + block.text for block in draft(row).blocks]
