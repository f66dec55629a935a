from django.urls import path

from offensive.enablement import (
    handover_ask_views,
    handover_views,
    ladder_views,
    note_views,
    task_views,
    team_views,
)

app_name = "coordination"
urlpatterns = [
    path("tasks/", task_views.task_list, name="task_list"),
    path("tasks/new/", task_views.task_create, name="task_create"),
    path("tasks/<int:pk>/", task_views.task_edit, name="task_edit"),
    path("tasks/<int:pk>/done/", task_views.task_finish, name="task_finish"),
    path("tasks/<int:pk>/open/", task_views.task_reopen, name="task_reopen"),
    path("companies/<slug:slug>/tasks/", note_views.company_tasks, name="company_tasks"),
    path("companies/<slug:slug>/tasks/add/", task_views.company_task_add, name="company_task_add"),
    path("companies/<slug:slug>/notes/add/", note_views.note_add, name="note_add"),
    path("companies/<slug:slug>/notes/<int:pk>/correct/", note_views.note_correct, name="note_correct"),
    path("companies/<slug:slug>/go-on/", ladder_views.go_on, name="go_on"),
    path("team/", team_views.team, name="team"),
    path("companies/<slug:slug>/hand-over/", handover_ask_views.handover_ask, name="handover_ask"),
    path("hand-overs/", handover_views.handover_list, name="handover_list"),
    path("hand-overs/new/", handover_ask_views.handovers_ask, name="handovers_ask"),
    path("hand-overs/<int:pk>/", handover_views.handover, name="handover"),
    path("hand-overs/<int:pk>/accept/", handover_views.handover_accept, name="handover_accept"),
    path("hand-overs/<int:pk>/decline/", handover_views.handover_decline, name="handover_decline"),
    path("hand-overs/<int:pk>/withdraw/", handover_views.handover_withdraw, name="handover_withdraw"),
    path("hand-overs/<int:pk>/tasks/", handover_views.handover_tasks, name="handover_tasks"),
    path("follow-up/", ladder_views.ladder, name="ladder"),
]
