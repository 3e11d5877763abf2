"""A domain of Active Directory by Samba, within what samba-namespace sets up.

Usage: samba_domain.py provision
       samba_domain.py serve <socket> [option of samba...]
The first makes the domain, with users. The second sets the password of its administrator, which stands in ADMINISTRATOR_PASSWORD, runs the
domain controller, and hands on what comes to the socket to its port for LDAPS: that is in a network of its own.
"""
import asyncio
import fcntl
import os
import secrets
import socket
import struct
import subprocess
import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

DOMAIN = "/usr/lib/rotation-domain"
CONFIGURATION = f"{DOMAIN}/etc/smb.conf"
REALM = "CORP.EXAMPLE.COM"
USERS = 500
# An account of a user, disabled, and in need of no password.
DISABLED = 0x200 | 0x2 | 0x20
LDAPS = 636
# <linux/sockios.h>, <linux/if.h>: up, loopback, running.
SIOCSIFFLAGS, LOOPBACK_IS_UP = 0x8914, 0x1 | 0x8 | 0x40


def bring_loopback_up() -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", LOOPBACK_IS_UP))


def database():
    """The domain, while no server has it."""
    configuration = LoadParm()
    configuration.load(CONFIGURATION)
    return SamDB(url=f"{DOMAIN}/private/sam.ldb", session_info=system_session(), lp=configuration)


def provision() -> None:
    """Its users are disabled and have no password: whoever needs one gives it a password, and enables it."""
    command = [
        "samba-tool", "domain", "provision", f"--targetdir={DOMAIN}", f"--realm={REALM}", "--domain=CORP", "--server-role=dc",
        "--dns-backend=NONE", "--host-name=dc1", "--host-ip=127.0.0.1", f"--adminpass=Aa1-{secrets.token_urlsafe(24)}",
        "--option=vfs objects=acl_xattr xattr_tdb", f"--option=posix:eadb={DOMAIN}/eadb.tdb",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    domain = database()
    domain.transaction_start()
    for number in range(USERS):
        name = f"app{number}"
        domain.add({
            "dn": f"CN={name},CN=Users,{domain.domain_dn()}", "objectClass": "user", "sAMAccountName": name,
            "userPrincipalName": f"{name}@{REALM.lower()}", "userAccountControl": str(DISABLED),
        })
    domain.transaction_commit()


async def serve(path: str, options: list[str]) -> None:
    database().setpassword("(sAMAccountName=Administrator)", os.environ["ADMINISTRATOR_PASSWORD"])
    samba = await asyncio.create_subprocess_exec("samba", "-F", "-M", "single", "--no-process-group", "-s", CONFIGURATION, *options)
    server = await asyncio.start_unix_server(hand_on, path)
    await samba.wait()
    server.close()


async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", LDAPS)
    except OSError:
        writer.close()
        return
    await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


bring_loopback_up()
if sys.argv[1] == "provision":
    provision()
else:
    asyncio.run(serve(sys.argv[2], sys.argv[3:]))
