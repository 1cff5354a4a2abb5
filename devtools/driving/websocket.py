"""A websocket's client side, just enough to hear a server's messages: RFC 6455 without extensions."""

from __future__ import annotations

import base64
import os
import socket
import struct
from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class WebSocket:
    """An open connection; `messages` ends when the server closes it."""

    def __init__(self, host: str, port: int, path: str, *, timeout: float):
        self._socket = socket.create_connection((host, port), timeout)
        self._stream = self._socket.makefile("rb")
        try:
            self._open(host, port, path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> WebSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def messages(self) -> Iterator[str | bytes]:
        """Text messages as str, binary ones as bytes; a silence longer than the timeout raises TimeoutError."""
        whole, kind = b"", TEXT
        while True:
            final, opcode, payload = self._frame()
            if opcode == CLOSE:
                return
            if opcode == PING:
                self._send(frame(PONG, payload))
            if opcode >= CLOSE:
                continue
            kind = opcode or kind  # opcode 0 continues the message before
            whole += payload
            if final:
                yield whole.decode() if kind == TEXT else whole
                whole = b""

    def _open(self, host: str, port: int, path: str) -> None:
        self._send(handshake(host, port, path))
        status = self._stream.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"the server answered {status!r} instead of opening a websocket")
        while self._stream.readline().strip():
            pass  # the rest of the answer's header

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._read(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._read(8))
        return bool(first & 0x80), first & 0x0F, self._read(length)

    def _read(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise ConnectionError("the server closed the connection in the middle of a message")
        return data

    def _send(self, data: bytes) -> None:
        self._socket.sendall(data)


def handshake(host: str, port: int, path: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def frame(opcode: int, payload: bytes) -> bytes:
    """A control frame as a client sends it: final, masked, at most 125 bytes."""
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked
