"""The socket: an application goes in, requests come and go until the operator stops it."""

from __future__ import annotations

import asyncio
import logging
import socket
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from reviewgraph.errors import ReviewgraphError
from reviewgraph.web.changeover import Changeover
from reviewgraph.web.compression import Compressed
from reviewgraph.web.shortcut import Shortcut, ShortcutProtocol
from reviewgraph.web.watching.log import JsonLines, PlainLines
from reviewgraph.web.watching.middleware import Watch, Watched


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


def run(app: Changeover, listener: socket.socket, watch: Watch | None = None) -> None:
    """Serve until SIGINT or SIGTERM."""
    uvicorn.Server(config_of(app, watch)).run(sockets=[listener])


def config_of(app: Changeover | FastAPI, watch: Watch | None = None) -> uvicorn.Config:
    """How the application of whichever release, or of one, is served; ``watch`` is told of it."""
    watch = watch or Watch()
    shortcut = app.shortcut if isinstance(app, Changeover) else Shortcut(app.state.endpoint)
    shortcut.watch = watch
    served = app if isinstance(app, Changeover) else _Alone(app)
    return uvicorn.Config(
        Watched(Compressed(served), watch, served),
        # The type that it is given as has no room for a factory; it is only called.
        http=cast("type[asyncio.Protocol]", partial(ShortcutProtocol, shortcut=shortcut)),
        loop="uvloop",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


class _Alone:
    """The application of one release, which stays the same."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.app(scope, receive, send)


def log_to_stderr(*, as_json: bool = False) -> None:
    """What the program itself has to say goes to stderr, a line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logger = logging.getLogger("reviewgraph")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
