"""The websocket client against a server of a few bytes: long, split and control messages."""

import queue
import socket
import threading

import pytest

from denoiscope.devtools.driving.websocket import PONG, WebSocket, frame

SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


@pytest.fixture
def serve():
    """Answers one client with the given bytes; gives the port, and what the client sent after its handshake."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: queue.Queue[bytes] = queue.Queue()

    def start(answer):
        def talk():
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(answer)
                client.shutdown(socket.SHUT_WR)
                while data := client.recv(4096):
                    heard.put(data)

        threading.Thread(target=talk, daemon=True).start()
        return listener.getsockname()[1], heard

    yield start
    listener.close()


def messages_of(port):
    with WebSocket("127.0.0.1", port, "/ws", timeout=5) as websocket:
        return list(websocket.messages())


def test_short_long_and_very_long_messages_arrive_whole(serve):
    middle, large = b"m" * 300, b"l" * 70_000
    port, _ = serve(
        SWITCHING
        + b"\x81\x05hello"
        + b"\x82\x7e\x01\x2c" + middle
        + b"\x82\x7f" + (70_000).to_bytes(8, "big") + large
        + b"\x88\x00"
    )  # fmt: skip
    assert messages_of(port) == ["hello", middle, large]


def test_a_message_in_pieces_is_one_message_even_with_a_ping_between(serve):
    port, heard = serve(SWITCHING + b"\x01\x03hel" + b"\x89\x02hi" + b"\x80\x02lo" + b"\x88\x00")
    assert messages_of(port) == ["hello"]
    pong = heard.get(timeout=5)
    assert pong[0] == 0x80 | PONG
    assert bytes(byte ^ pong[2 + i % 4] for i, byte in enumerate(pong[6:])) == b"hi"


def test_a_server_that_vanishes_is_an_error_and_not_an_end(serve):
    port, _ = serve(SWITCHING + b"\x81\x05hel")
    with pytest.raises(ConnectionError, match="in the middle of a message"):
        messages_of(port)


def test_a_server_that_speaks_no_websocket_is_named(serve):
    port, _ = serve(b"HTTP/1.1 404 Not Found\r\n\r\n")
    with pytest.raises(ConnectionError, match="404"):
        messages_of(port)


def test_frames_of_a_client_are_masked():
    assert frame(PONG, b"hi")[1] & 0x80
