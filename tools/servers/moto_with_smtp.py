"""IAM, STS and MemoryDB of moto, and an SMTP server over TLS that takes the passwords of Amazon SES for moto's access keys.

Usage: moto_with_smtp.py <port of moto> <port of SMTP> <certificate> <key> <region>
With INITIAL_NO_AUTH_ACTION_COUNT, moto checks the signature of every call but so many at first.
"""
import base64
import hashlib
import hmac
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from moto.iam.models import iam_backends
from moto.server import ThreadedMotoServer


def hmac_of(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def smtp_password(secret_access_key: str, region: str) -> str:
    """https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html#smtp-credentials-convert"""
    date = hmac_of(b"AWS4" + secret_access_key.encode(), "11111111")
    terminal = hmac_of(hmac_of(hmac_of(date, region), "ses"), "aws4_request")
    return base64.b64encode(b"\x04" + hmac_of(terminal, "SendRawEmail")).decode()


def access_keys():
    for account in iam_backends.values():
        for backend in account.values():
            for user in backend.users.values():
                yield from user.access_keys


def authenticator(region: str):
    def check(server, session, envelope, mechanism, login: LoginPassword) -> AuthResult:
        for key in access_keys():
            if key.access_key_id == login.login.decode():
                expected = smtp_password(key.secret_access_key, region).encode()
                return AuthResult(success=hmac.compare_digest(expected, login.password), handled=False)
        return AuthResult(success=False, handled=False)
    return check


class Silent:
    async def handle_DATA(self, server, session, envelope):
        return "554 no mail here"


def main() -> None:
    moto_port, smtp_port, certificate, key, region = sys.argv[1:6]
    ThreadedMotoServer(ip_address="127.0.0.1", port=int(moto_port), verbose=False).start()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    Controller(
        Silent(), hostname="127.0.0.1", port=int(smtp_port), ssl_context=context,
        authenticator=authenticator(region), auth_required=True, auth_require_tls=False,
    ).start()
    threading.Event().wait()


main()
