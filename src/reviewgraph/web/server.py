"""The socket: an application goes in, requests come and go until the operator stops it."""

from __future__ import annotations

import asyncio
import logging
import socket
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI

from reviewgraph.errors import ReviewgraphError
from reviewgraph.web.changeover import Changeover
from reviewgraph.web.compression import Compressed
from reviewgraph.web.shortcut import Shortcut, ShortcutProtocol


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


def run(app: Changeover, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    log_to_stderr()
    uvicorn.Server(config_of(app)).run(sockets=[listener])


def config_of(app: Changeover | FastAPI) -> uvicorn.Config:
    """How the application of whichever release, or of one, is served."""
    shortcut = app.shortcut if isinstance(app, Changeover) else Shortcut(app.state.endpoint)
    return uvicorn.Config(
        Compressed(app),
        # The type that it is given as has no room for a factory; it is only called.
        http=cast("type[asyncio.Protocol]", partial(ShortcutProtocol, shortcut=shortcut)),
        loop="uvloop",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def log_to_stderr() -> None:
    """What the program itself has to say goes to stderr, a line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("reviewgraph")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
