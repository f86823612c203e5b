"""Whether the service can listen where it is told to, and when it answers there."""

from __future__ import annotations

import errno
import http.client
import socket
import time
from collections.abc import Callable

from zhiyin.errors import BadParameter, ZhiyinError

_EVERY = 0.1


class PortTaken(ZhiyinError):
    """Another program listens at the address."""

    status = 503


def check_address(host: str, port: int) -> None:
    """Raise PortTaken or BadParameter where nothing can listen at ``host`` and ``port``.

    The server shares its port among its processes; without this look a second service would share it too, and the
    two would answer in turn.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise BadParameter(
            "ZHIYIN_HOST",
            host,
            zh=f"监听地址 {host} 无法解析",
            en=f"the address {host} to listen on cannot be resolved",
        ) from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise _refused(host, port, error) from error


def _refused(host: str, port: int, error: OSError) -> ZhiyinError:
    if error.errno == errno.EADDRINUSE:
        free = _free_port(host, port)
        return PortTaken(
            f"端口 {port} 已被另一个程序占用：请停止它，或换一个端口，如 zhiyin serve --port {free}",
            f"port {port} is taken by another program: stop it, or choose another, as zhiyin serve --port {free}",
        )
    if error.errno == errno.EACCES:
        return PortTaken(
            f"没有权限监听端口 {port}：请用 1024 以上的端口，如 zhiyin serve --port 8000",
            f"there is no permission to listen on port {port}: take one above 1024, as zhiyin serve --port 8000",
        )
    return BadParameter(
        "ZHIYIN_HOST",
        host,
        zh=f"不能在 {host}:{port} 监听：{error.strerror}",
        en=f"cannot listen on {host}:{port}: {error.strerror}",
    )


def _free_port(host: str, port: int) -> int:
    for other in range(port + 1, min(port + 100, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            try:
                probe.bind((host, other))
            except OSError:
                continue
            return other
    return 8000 if port != 8000 else 8080


def wait_until_it_answers(host: str, port: int, seconds: float, stopped: Callable[[], bool]) -> bool:
    """Return whether the service answers at its address within ``seconds``; ``stopped`` ends the wait."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told where, not listened to
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopped():
        connection = http.client.HTTPConnection(reachable, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return True
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(_EVERY)
    return False
