"""The page of a developer's machine that shows what would have been sent."""

from django.urls import reverse

from offensive.notices.mails import Mail, queue_mail
from offensive.notices.services import send_due


def test_newest_mail_first_with_links_to_click(client, site, settings, tmp_path):
    settings.MAIL_DIR = settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    for subject in ("Erste", "Größere"):
        mail = Mail(subject, "Guten Tag,", ("Text.",), ("Öffnen", "http://127.0.0.1:8000/t/invitation/abc/"))
        queue_mail(mail, to="petra@firma.example", programme_id=site.programme.pk)
        send_due()
    text = client.get(reverse("notices:mail_list")).content.decode()
    assert text.index("Größere") < text.index("Erste")
    assert '<a href="http://127.0.0.1:8000/t/invitation/abc/"' in text


def test_without_mails_says_so(client, db, settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "nothing"
    assert client.get(reverse("notices:mail_list")).status_code == 200
