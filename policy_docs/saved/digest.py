"""One mail for a person with what all the filters newly find. It leaves the house, so it gives numbers and addresses, and no word of a document."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User

from .models import AlertFinding


def waiting() -> list[AlertFinding]:
    """Return what is to be mailed: of active people with an address, who want it and have not looked yet."""
    found = AlertFinding.objects.filter(mailed_at=None, read_at=None, alert__mail=True, alert__listing__removed_at=None, alert__listing__owner__is_active=True)
    return list(found.exclude(alert__listing__owner__email="").select_related("alert__listing__owner").order_by("alert__listing__order", "at"))


def send(findings: Iterable[AlertFinding], *, now: datetime.datetime) -> int:
    """Send a mail to each person; return how many. What has been sent is noted one by one, so a failure repeats nobody's.

    Raises ``OSError`` (``smtplib.SMTPException`` is one) where the mail server cannot be reached or refuses.
    """
    people: dict[User, list[AlertFinding]] = defaultdict(list)
    for finding in findings:
        people[finding.alert.listing.owner].append(finding)
    for person, theirs in people.items():
        mail = EmailMessage(_subject(theirs), _body(person, theirs, now), settings.DEFAULT_FROM_EMAIL, [person.email])
        mail.send()
        AlertFinding.objects.filter(pk__in=[finding.pk for finding in theirs]).update(mailed_at=now)
    return len(people)


def _subject(findings: list[AlertFinding]) -> str:
    number = len({finding.alert_id for finding in findings})
    return _("联动：%d 个保存的筛选有新结果") % number


def _body(person: User, findings: list[AlertFinding], now: datetime.datetime) -> str:
    day = timezone.localdate(now)
    lines = [_("%s：") % person, "", _("截至%s，您保存的筛选有新结果：") % f"{day.year}年{day.month}月{day.day}日", ""]
    site = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    for finding in findings:
        address = f"{site}{reverse('policy_docs:saved_news', args=[finding.alert.listing_id])}"
        lines += [f"· {finding.alert.listing.name}：{counted(finding)}", f"  {address}"]
    lines += [
        "",
        _("登录后可以查看具体内容。为保密起见，邮件中不写文件和条款的内容。"),
        _("不想再收到邮件的，请在“保存的筛选”中修改：%s") % f"{site}{reverse('policy_docs:saved')}",
    ]
    return "\n".join(lines)


def counted(finding: AlertFinding) -> str:
    """Return a finding in numbers."""
    said = [(len(finding.fresh), _("新增 %d 项")), (len(finding.changed), _("有改动 %d 项")), (finding.gone, _("不再符合 %d 项"))]
    return "，".join(words % number for number, words in said if number)
