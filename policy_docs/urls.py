"""Addresses of the domain."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from policy_docs.comparison import handover_pages
from policy_docs.comparison import views as comparison
from policy_docs.directory import bodies, body_entry, editing, rounds
from policy_docs.directory import exchange as contacts
from policy_docs.directory import views as directory
from policy_docs.duties import aging, catalogue, completeness, deciding, exchange, kin, many, opened, reading, review, rules, seconding, views, workbench
from policy_docs.duties.topic_pages import export, topic, topics
from policy_docs.duties.topic_review import clause_topics, review_topic, review_topics
from policy_docs.importing import checking, listing, pasting, side
from policy_docs.notices import views as notices
from policy_docs.opinions import comparing, started
from policy_docs.recent import views as recent
from policy_docs.reforms import views as reforms
from policy_docs.removing import binned, leaving, requests
from policy_docs.removing.whereabouts import or_trash
from policy_docs.saved import views as saved

app_name = "policy_docs"
urlpatterns = [
    path("imports/", listing.imports, name="imports"),
    path("imports/add/", listing.add, name="import_add"),
    path("imports/paste/", listing.paste, name="import_paste"),
    path("imports/paste/read/", pasting.read, name="import_paste_read"),
    path("imports/settle/", listing.settle, name="import_settle"),
    path("imports/<slug:key>/", checking.check, name="import"),
    path("imports/<slug:key>/original/", listing.original, name="import_original"),
    path("imports/<slug:key>/beside/<slug:other>/", side.beside, name="import_beside"),
    path("notices/", notices.notices, name="notices"),
    path("notices/settle/", notices.settle, name="notices_settle"),
    path("opinions/", catalogue.opinion_list, name="opinions"),
    path("opinions/list.xlsx", many.export, {"form": "xlsx"}, name="opinions_xlsx"),
    path("opinions/list.csv", many.export, {"form": "csv"}, name="opinions_csv"),
    path("opinions/many/", many.ask, name="many"),
    path("opinions/many/do/", many.do, name="many_do"),
    path("opinions/many/<slug:key>/", many.run, name="many_run"),
    path("opinions/<slug:key>/", or_trash(reading.opinion_detail), name="opinion"),
    path("opinions/<slug:key>/withdraw/", or_trash(leaving.opinion_withdraw, reason=_("理由")), name="opinion_withdraw"),
    path("opinions/<slug:key>/start/", or_trash(started.opinion_start), name="opinion_start"),
    path("opinions/<slug:key>/delete/", or_trash(leaving.opinion_delete, reason=_("理由")), name="opinion_delete"),
    path("trash/", binned.trash, name="trash"),
    path("trash/requests/", requests.removals, name="removals"),
    path("trash/requests/<int:pk>/", requests.removal, name="removal"),
    path("trash/<slug:key>/", binned.trashed, name="trashed"),
    path("opinions/<slug:key>/compare/", or_trash(comparing.comparison), name="compare"),
    path("opinions/<slug:key>/c/<slug:clause_key>/", or_trash(reading.clause_address), name="clause"),
    path("opinions/<slug:key>/c/<slug:clause_key>/kin/", or_trash(kin.clause_kin), name="clause_kin"),
    path("opinions/<slug:key>/c/<slug:clause_key>/topics/", or_trash(clause_topics), name="clause_topics"),
    path("opinions/<slug:key>/d/<int:number>/", or_trash(opened.duty_detail), name="duty"),
    path("compare/", comparison.compare, name="matrix"),
    path("compare/table.xlsx", comparison.compare_xlsx, name="matrix_xlsx"),
    path("compare/clauses/", comparison.beside, name="beside"),
    path("compare/clauses.xlsx", comparison.beside_xlsx, name="beside_xlsx"),
    path("compare/handovers/", handover_pages.handover_matrix, name="handovers"),
    path("compare/handovers/list/", handover_pages.handover_list, name="handover_list"),
    path("compare/handovers.xlsx", handover_pages.handovers_xlsx, name="handovers_xlsx"),
    path("review/", review.review, name="review"),
    path("review/documents/", workbench.documents, name="review_documents"),
    path("review/gold.jsonl", exchange.gold, name="review_gold"),
    path("review/exchange/", exchange.exchange, name="review_exchange"),
    path("review/rules/", rules.rules, name="review_rules"),
    path("review/rules/<slug:rule_id>/", rules.rule, name="review_rule"),
    path("review/d/<slug:key>/", or_trash(workbench.document), name="workbench"),
    path("review/d/<slug:key>/second/", or_trash(seconding.second_review, words=_("意见")), name="second_review"),
    path("review/d/<slug:key>/c/<slug:clause_key>/", or_trash(workbench.document), name="workbench_clause"),
    path("review/d/<slug:key>/c/<slug:clause_key>/decide/", deciding.decide, name="workbench_decide"),
    path("recent/", recent.recent, name="recent"),
    path("saved/", saved.saved, name="saved"),
    path("saved/add/", saved.add, name="saved_add"),
    path("saved/home/", saved.home, name="saved_home"),
    path("saved/<int:key>/news/", saved.news, name="saved_news"),
    path("aging/", aging.aging, name="aging"),
    path("review/topics/", review_topics, name="review_topics"),
    path("review/topics/<str:slug>/", review_topic, name="review_topic"),
    path("topics/", topics, name="topics"),
    path("topics/<str:slug>/", topic, name="topic"),
    path("topics/<str:slug>/clauses.xlsx", export, {"form": "xlsx"}, name="topic_xlsx"),
    path("topics/<str:slug>/clauses.csv", export, {"form": "csv"}, name="topic_csv"),
    path("completeness/", completeness.completeness, name="completeness"),
    path("bodies/", bodies.body_list, name="bodies"),
    path("bodies/add/", body_entry.add, name="body_add"),
    path("bodies/<int:number>/", bodies.body_detail, name="body"),
    path("directory/", directory.directory, name="directory"),
    path("directory/add/", directory.add, name="directory_add"),
    path("directory/contacts.xlsx", contacts.export, name="directory_export"),
    path("directory/template.xlsx", contacts.template, name="directory_template"),
    path("directory/import/", contacts.uploads, name="directory_uploads"),
    path("directory/import/<slug:key>/", contacts.upload, name="directory_upload"),
    path("directory/rounds/", rounds.rounds, name="directory_rounds"),
    path("directory/rounds/<int:number>/", rounds.progress, name="directory_round"),
    path("directory/<slug:kind>/<slug:code>/", directory.unit, name="directory_unit"),
    path("directory/<slug:kind>/<slug:code>/edit/", editing.edit, name="directory_edit"),
    path("directory/<slug:kind>/<slug:code>/history/", directory.history, name="directory_history"),
    path("directory/<slug:kind>/<slug:code>/leave/", directory.take_out, name="directory_leave"),
    path("reforms/", reforms.reforms, name="reforms"),
    path("reforms/enter/", reforms.enter, name="reform_enter"),
    path("reforms/<slug:key>/", reforms.reform, name="reform"),
    path("reforms/<slug:key>/undo/", reforms.undo, name="reform_undo"),
    path("reforms/<slug:key>/again/", reforms.again, name="reform_again"),
    path("units/", views.picker, name="units"),
    path("units/suggest/", views.suggest, name="unit_suggest"),
    path("units/<slug:kind>/", views.switch, name="unit_switch"),
    path("units/<slug:kind>/<slug:code>/", views.department, name="unit"),
    path("units/<slug:kind>/<slug:code>/duties.xlsx", views.export, {"form": "xlsx"}, name="unit_xlsx"),
    path("units/<slug:kind>/<slug:code>/duties.csv", views.export, {"form": "csv"}, name="unit_csv"),
]
