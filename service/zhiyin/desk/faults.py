"""What the desk may answer beside the errors that the whole service has: who is not let in, and what cannot be kept."""

from __future__ import annotations

from zhiyin.errors import BadRequest, Message, NotFound, ZhiyinError


class NotSignedIn(ZhiyinError):
    """Nobody is signed in, or the token is not valid (HTTP 401)."""

    status = 401
    title = Message("须先登录", "Sign in first")

    def __init__(self) -> None:
        super().__init__("须先登录，或附有效的令牌", "sign in, or send a valid token")


class Forbidden(ZhiyinError):
    """The role does not allow it, whatever the object (HTTP 403)."""

    status = 403
    title = Message("没有权限", "Not allowed")


class Conflict(ZhiyinError):
    """Somebody else changed it meanwhile, or its state does not allow it (HTTP 409)."""

    status = 409
    title = Message("与现状冲突", "Conflict")


class Full(ZhiyinError):
    """There is no room left: nothing was kept of what was sent (HTTP 507)."""

    status = 507
    title = Message("存储空间已满", "Insufficient storage")

    def __init__(self) -> None:
        super().__init__(
            "存储空间已满，本次内容没有留存；请腾出空间后重试",
            "there is no room left, nothing of this was kept; free some space and send it again",
        )


class Damaged(ZhiyinError):
    """What is kept does not match what was kept: a fault of the store, never a verdict."""

    title = Message("留存的内容已损坏", "What was kept is damaged")


class LockedOut(ZhiyinError):
    """Too many failures to sign in (HTTP 429)."""

    status = 429
    title = Message("登录已锁定", "Locked out")

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"登录失败次数过多，请在 {seconds} 秒后重试",
            f"too many failures to sign in; try again in {seconds} seconds",
            details={"retryAfter": seconds},
        )


class BadSetting(BadRequest):
    """The desk cannot be opened as it is set up."""

    title = Message("监管台的设置有误", "The desk is set up wrongly")


def absent() -> NotFound:
    """Return the one answer for what is not there and for what is another firm's: nothing tells them apart."""
    return NotFound("没有找到", "not found")
