"""A database whose machine takes every packet and that says nothing, as long as a test wants."""

import socket
import threading
from contextlib import suppress

from sqlalchemy.engine import URL


class Hush:
    """Stands between a bot and a real PostgreSQL; `url` leads through it. Of this machine only."""

    def __init__(self, url: URL) -> None:
        self.behind = f"{url.query['host']}/.s.PGSQL.{url.query.get('port', 5432)}"
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.speaks = threading.Event()
        self.speaks.set()
        self.lines: list[socket.socket] = []
        host, port = self.listening.getsockname()
        self.url = url.set(host=host, port=port, query={})
        threading.Thread(target=self._accept, daemon=True).start()

    def hushes(self) -> None:
        self.speaks.clear()

    def close(self) -> None:
        self.speaks.set()
        for one in (self.listening, *self.lines):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.behind)
                self.lines += [near, far]
                for pair in (near, far), (far, near):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                self.speaks.wait()
                other.sendall(said)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)
