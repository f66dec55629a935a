"""The portal's tenant pages stand in urls.py, so that all its pages share one namespace."""

urlpatterns = []
