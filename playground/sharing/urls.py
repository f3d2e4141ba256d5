"""Share links, exports and imports."""

urlpatterns: list[object] = []
