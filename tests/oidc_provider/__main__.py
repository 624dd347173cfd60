"""A real OpenID Connect provider: Django with django-oauth-toolkit, its people in a database of its
own. It reads orders from standard input, one JSON a line, and answers each with a line. Started by
tests/oidc_provider/running.py.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from tests.oidc_provider.running import CLIENT, PASSWORD, SECRET

FORM = """<!DOCTYPE html><html lang="en"><title>City identity</title>
<form method="post">{% csrf_token %}{{ form.as_p }}<button type="submit">Sign in</button></form>"""
ASKED: Counter[str] = Counter()
CHANGES: dict[str, Any] = {}  # what identity tokens say, other than what they should
KEPT_BACK: list[str] = []  # claims that only the userinfo endpoint gives


def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def configure(port: int, folder: Path) -> None:
    (folder / "login.html").write_text(FORM, encoding="utf-8")
    installed = ("auth", "contenttypes", "sessions", "messages")
    settings.configure(
        SECRET_KEY="of the provider",
        ALLOWED_HOSTS=["localhost"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "people.db")}
        },
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in installed), "oauth2_provider"],
        MIDDLEWARE=[
            "tests.oidc_provider.__main__.counted",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(folder)],
                "APP_DIRS": True,
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF="tests.oidc_provider.addresses",
        LOGIN_URL="/login",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": f"http://localhost:{port}",
            "OIDC_RSA_PRIVATE_KEY": key(),
            "OAUTH2_VALIDATOR_CLASS": "tests.oidc_provider.claims.Claims",
            "PKCE_REQUIRED": True,
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
            "SCOPES": {"openid": "who you are", "profile": "your name", "groups": "your groups"},
        },
    )
    django.setup()


def counted(get_response: Any) -> Any:
    def answered(request: Any) -> Any:
        ASKED[request.path] += 1
        return get_response(request)

    return answered


class Orders:
    """What a test may order."""

    def client(self, redirects: list[str]) -> None:
        from oauth2_provider.models import Application

        Application.objects.filter(client_id=CLIENT).delete()
        Application.objects.create(
            client_id=CLIENT,
            client_secret=SECRET,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
            redirect_uris=" ".join(redirects),
            algorithm=Application.RS256_ALGORITHM,
            skip_authorization=True,
        )

    def person(self, name: str, groups: list[str], shown: str) -> None:
        from django.contrib.auth.models import Group, User

        person, is_new = User.objects.get_or_create(username=name)
        if is_new:
            person.set_password(PASSWORD)
        person.last_name = shown
        person.save()
        person.groups.set([Group.objects.get_or_create(name=one)[0] for one in groups])

    def tokens(self, changes: dict[str, Any]) -> None:
        CHANGES.clear()
        CHANGES.update(changes)

    def keep_back(self, claims: list[str]) -> None:
        KEPT_BACK[:] = claims

    def keys(self) -> None:
        from oauth2_provider.settings import oauth2_settings

        oauth2_settings.OIDC_RSA_PRIVATE_KEY = key()

    def asked(self, path: str) -> int:
        return ASKED[path]


def main(port: int) -> None:
    logging.disable(logging.WARNING)
    # One module, whether it is run or imported by Django.
    sys.modules["tests.oidc_provider.__main__"] = sys.modules["__main__"]
    with tempfile.TemporaryDirectory(prefix="board-oidc-") as folder:
        configure(port, Path(folder))
        from django.core.management import call_command
        from django.core.wsgi import get_wsgi_application
        from werkzeug.serving import make_server

        call_command("migrate", verbosity=0)
        server = make_server("127.0.0.1", port, get_wsgi_application(), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps("ready"), flush=True)
        orders = Orders()
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(getattr(orders, order.pop("do"))(**order)), flush=True)
        server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
