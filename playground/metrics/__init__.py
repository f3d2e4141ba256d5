"""What operators watch: figures for Prometheus, and the request id of every page.

`site.py` holds the figures of this process and imports nothing of the product, so that any app may
count; `shared.py` asks the stores and the workers when someone scrapes; `views.py` answers.
"""
