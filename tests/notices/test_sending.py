"""A mail arrives once at a real SMTP server, also when that was away at first."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction
from django.utils import timezone, translation

from offensive.notices.mails import Mail, queue_mail
from offensive.notices.models import Notice
from offensive.notices.services import ATTEMPTS_AT_MOST, queue, send_due, stop
from offensive.tenancy.scope import system_scope
from tests.running import free_port

MAIL = Mail(
    subject="Ihr Zugang\nzur Industrieoffensive",
    greeting="Guten Tag Petra Müller,",
    paragraphs=("Für <Müller & Söhne> gibt es Neues.",),
    button=("Ansehen", "https://portal.example/t/invitation/abc/?a=1&b=2"),
    closing=("Bis bald.",),
)


class Inbox:
    """Takes every mail but those to an address the server does not know."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  (aiosmtpd's name)
        if address.startswith("unknown@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  (aiosmtpd's name)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    return settings.EMAIL_PORT


@pytest.fixture
def server(port):
    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    yield controller
    if controller.loop.is_running():
        controller.stop()


def notices(site):
    with system_scope(site.programme.pk, "notices.send_due"):
        return list(Notice.objects.filter(programme=site.programme).order_by("to"))


def make_due(site):
    with system_scope(site.programme.pk, "notices.send_due"):
        Notice.objects.filter(sent_at=None).update(send_at=timezone.now())


def test_arrives_once_as_text_and_html_with_the_emblem(site, server):
    server.start()
    with translation.override("de"):
        queue_mail(MAIL, to="petra@firma.example", programme_id=site.programme.pk)
    assert [send_due(), send_due()] == [1, 0]
    (mail,) = server.handler.mails
    assert (mail["To"], mail["Subject"]) == ("petra@firma.example", "Ihr Zugang zur Industrieoffensive")
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Für <Müller & Söhne> gibt es Neues." in text
    assert "https://portal.example/t/invitation/abc/?a=1&b=2\n" in text
    html = mail.get_body(("html",)).get_content()
    assert "Für &lt;Müller &amp; Söhne&gt; gibt es Neues." in html
    assert html.count("http") == html.count("https://portal.example") + html.count("http://127.0.0.1")
    assert [part["Content-ID"] for part in mail.walk() if part.get_content_type() == "image/png"] == ["<eu-emblem>"]


def test_server_away_at_first(site, server):
    queue(to="petra@firma.example", subject="Hallo", text="Text", programme_id=site.programme.pk)
    assert send_due() == 0
    (notice,) = notices(site)
    assert (notice.attempts, notice.sent_at, notice.send_at > timezone.now()) == (1, None, True)
    server.start()
    make_due(site)
    assert [send_due(), send_due()] == [1, 0]
    assert len(server.handler.mails) == 1


def test_refused_address_does_not_keep_the_others_waiting(site, server):
    server.start()
    for address in ("unknown@firma.example", "petra@firma.example"):
        queue(to=address, subject="Hallo", text="Text", programme_id=site.programme.pk)
    send_due()
    assert send_due() + len(server.handler.mails) >= 1
    assert [mail["To"] for mail in server.handler.mails] == ["petra@firma.example"]
    assert [notice.attempts for notice in notices(site)] == [1, 1]


def test_header_that_cannot_be_written_is_given_up_in_the_end(site, server):
    server.start()
    queue(to="petra@firma.example", subject="Zeile\nBcc: x@y.example", text="Text", programme_id=site.programme.pk)
    for _attempt in range(ATTEMPTS_AT_MOST + 2):
        make_due(site)
        send_due()
    assert (notices(site)[0].attempts, server.handler.mails) == (ATTEMPTS_AT_MOST, [])


def test_planned_and_stopped_mails_stay(site, server):
    server.start()
    tomorrow = timezone.now() + timedelta(days=1)
    queue(to="a@firma.example", subject="A", text="T", programme_id=site.programme.pk, send_at=tomorrow)
    queue(to="b@firma.example", subject="B", text="T", programme_id=site.programme.pk, stop_key="b")
    stop("b", programme_id=site.programme.pk)
    assert send_due() == 0


def test_rolled_back_request_sends_nothing(site, server):
    server.start()
    with transaction.atomic():
        queue(to="a@firma.example", subject="A", text="T", programme_id=site.programme.pk)
        transaction.set_rollback(True)
    assert send_due() == 0
