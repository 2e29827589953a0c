"""Mail servers that listen on this computer: a good one, and one that dies, hangs or refuses where it is told to."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.policy import default
from typing import ClassVar

from aiosmtpd.controller import Controller


class Inbox:
    """What a good server took: envelopes with their parsed messages; addresses in `refused` are turned away."""

    def __init__(self):
        self.messages = []
        self.envelopes = []
        self.refused = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 kept as 4711"


class GreyInbox(Inbox):
    """It says "not now" to an address for so many times, as servers do that wait for spammers to give up."""

    def __init__(self, times):
        super().__init__()
        self._times, self.asked = times, Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked[address] += 1
        if self.asked[address] <= self._times.get(address, 0):
            return "450 greylisted, come back"
        return await super().handle_RCPT(server, session, envelope, address, options)


class MoodyInbox(Inbox):
    """At random it answers late, refuses, or drops the connection before or after it took the mail."""

    def __init__(self, seed):
        super().__init__()
        self._chance = random.Random(seed)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self._chance.random() < 0.05:
            return "451 try again later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        mood = self._chance.random()
        if mood < 0.1:
            await asyncio.sleep(0.03)
        if 0.1 < mood < 0.15:
            return "552 mailbox full"
        if 0.15 < mood < 0.2:
            server.transport.abort()
            return "451 gone"
        said = await super().handle_DATA(server, session, envelope)
        if 0.2 < mood < 0.25:
            server.transport.abort()
        return said


class OddServer:
    """Says to each command (GREETING, EHLO, MAIL, RCPT, DATA, BODY …) what `says` has for it, raw; otherwise it is polite."""

    _POLITE: ClassVar = {b"GREETING": b"220 ready\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}

    def __init__(self, **says):
        self._says = {word.encode(): reply for word, reply in says.items()}
        self.taken = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _run(self):
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._talk(connection)

    def _talk(self, connection):
        file = connection.makefile("rb")
        self._say(connection, b"GREETING")
        for line in file:
            word = line.strip().upper()[:4]
            if self._say(connection, word) and word == b"DATA":
                for body in file:
                    if body == b".\r\n":
                        break
                self.taken += 1
                self._say(connection, b"BODY")
            if word == b"QUIT":
                return

    def _say(self, connection, word):
        reply = self._says.get(word, self._POLITE.get(word, b"250 OK\r\n"))
        connection.sendall(reply)
        return reply.startswith((b"250", b"354"))


@contextmanager
def good_server(inbox=None):
    """A server that takes mails, or the one whose inbox is given; gives its port and inbox."""
    inbox = inbox or Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=0, ready_timeout=20)
    controller._trampoline = None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    try:
        yield controller.port, inbox
    finally:
        controller.stop()


class BadServer:
    """Speaks just enough SMTP, then does what `at` says: close or hang at "greeting", "rcpt", "data" or "after_data"."""

    def __init__(self, at, how="close"):
        self.at, self.how = at, how
        self.taken = 0
        self.reached = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _run(self):
        while not self._over.is_set():
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _stop(self, place):
        if place != self.at:
            return False
        self.reached.set()
        if self.how == "hang":
            self._over.wait(20)
        return True

    def _talk(self, connection):
        file = connection.makefile("rb")

        def say(line):
            connection.sendall(line.encode() + b"\r\n")

        if self._stop("greeting"):
            return
        say("220 ready")
        for line in file:
            word = line.strip().upper()
            place = "rcpt" if word.startswith(b"RCPT") else "data" if word == b"DATA" else ""
            if place and self._stop(place):
                return
            if word == b"DATA":
                say("354 go on")
                for body in file:
                    if body == b".\r\n":
                        break
                self.taken += 1
                if self._stop("after_data"):
                    return
                say("250 kept")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 OK")
