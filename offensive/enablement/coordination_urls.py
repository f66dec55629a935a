from django.urls import path

from offensive.enablement import ladder_views, note_views, task_views, team_views

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
    path("follow-up/", ladder_views.ladder, name="ladder"),
]
