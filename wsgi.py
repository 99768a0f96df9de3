"""Entry point of a WSGI server: ``gunicorn wsgi:app``."""

from service import create_app

app = create_app()
