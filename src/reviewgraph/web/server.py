"""The socket: an application goes in, requests come and go until the operator stops it."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from reviewgraph.errors import ReviewgraphError


def listen(host: str, port: int) -> socket.socket:
    """Take the address.

    Raises:
        ReviewgraphError: another program has it, or it is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise ReviewgraphError(
            f"เปิดพอร์ต {port} ที่ {host} ไม่ได้: {error.strerror} โปรดเลือกพอร์ตอื่นด้วย --port",
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port",
        ) from error
    return listener


def run(app: FastAPI, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, timeout_graceful_shutdown=5
    )
    uvicorn.Server(config).run(sockets=[listener])
