"""Every model of the app, by name: a module that is missing here is invisible to makemigrations."""

from policy_docs.topics.models import ClauseTopic, Topic, TopicName, TopicReading

from .directory.models import Confirmation, ConfirmationRound, Contact, DirectoryEntry, DirectoryUpload
from .duties.models import ClauseNote, Duty, DutySpan, Handover, HandoverReading, SecondReview, UnitLook, UnknownUnitName
from .importing.models import ImportFile
from .jobs import Job
from .notices.models import Notice, NoticeRead, NoticeTouch
from .opinions.models import Change, Citation, Clause, ClauseText, NotCollected, OpinionVersion, SetAside
from .opinions.pages import OpinionIndexPage, OpinionPage
from .opinions.publication import Settlement
from .opinions.trashed import RemovalRequest, Trashed
from .recent.models import LookedThrough
from .saved.models import AlertFinding, SavedAlert, SavedListing
from .units.events import ReformEvent
from .units.models import Body, Jurisdiction, Membership, MemberUnit, Reform, UnitAlias, UnitKind, VocabularyStamp

__all__ = [
    "AlertFinding",
    "ClauseTopic",
    "Topic",
    "TopicName",
    "TopicReading",
    "Body",
    "Change",
    "Citation",
    "Clause",
    "ClauseNote",
    "ClauseText",
    "Confirmation",
    "ConfirmationRound",
    "Contact",
    "DirectoryEntry",
    "DirectoryUpload",
    "Duty",
    "DutySpan",
    "Handover",
    "HandoverReading",
    "ImportFile",
    "Job",
    "Jurisdiction",
    "LookedThrough",
    "MemberUnit",
    "Membership",
    "NotCollected",
    "Notice",
    "NoticeRead",
    "NoticeTouch",
    "OpinionIndexPage",
    "OpinionPage",
    "OpinionVersion",
    "Reform",
    "ReformEvent",
    "SavedAlert",
    "SavedListing",
    "RemovalRequest",
    "SecondReview",
    "SetAside",
    "Settlement",
    "Trashed",
    "UnitAlias",
    "UnitKind",
    "UnitLook",
    "UnknownUnitName",
    "VocabularyStamp",
]
