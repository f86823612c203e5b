"""OpenID Connect by Authlib: where to send a browser, and what it brings back turned into an identity that was proved.

The code flow with PKCE; state, nonce and verifier are of one use and kept as hashes or in the database alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from zhiyin.desk import moments
from zhiyin.desk.database import Database
from zhiyin.desk.options import Provider
from zhiyin.desk.schema import logins
from zhiyin.desk.sessions import digest
from zhiyin.errors import BadRequest, Unavailable

_TIMEOUT = 10
_MINUTES = 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and the state that its cookie holds until it comes back."""

    address: str
    state: str


def depart(database: Database, provider: Provider, redirect: str, target: str) -> Departure:
    """Begin a login at the provider; ``target`` is the page to go to after it."""
    endpoints = _discovered(provider)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    with _client(provider, redirect) as client:
        address, state = client.create_authorization_url(
            endpoints["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
    with database.write() as connection:
        connection.execute(logins.delete().where(logins.c.expires < moments.now()))
        connection.execute(
            logins.insert().values(
                hash=digest(state),
                verifier=verifier,
                nonce=nonce,
                target=target[:400],
                expires=moments.later(minutes=_MINUTES),
            )
        )
    return Departure(str(address), str(state))


def arrive(
    database: Database, provider: Provider, redirect: str, cookie: str, answer: Mapping[str, str]
) -> tuple[str, str]:
    """Return the subject that the provider vouches for and the page to go to; BadRequest where anything is amiss."""
    state = answer.get("state", "")
    if not state or not secrets.compare_digest(state.encode(), cookie.encode()):
        raise _refused("登录不是从本页发起的", "this login did not begin here")
    with database.write() as connection:
        row = connection.execute(
            sa.select(logins).where(logins.c.hash == digest(state), logins.c.expires > moments.now())
        ).one_or_none()
        connection.execute(logins.delete().where(logins.c.hash == digest(state)))
    if row is None:
        raise _refused("登录已过期，请重新开始", "this login is over, begin again")
    if "code" not in answer:
        raise _refused("身份提供者没有同意", "the provider did not agree")
    claims = _claims(provider, redirect, answer["code"], row.verifier)
    if claims.get("nonce") != row.nonce:
        raise _refused("身份令牌不属于这次登录", "the identity token is not of this login")
    return f"{provider.issuer}|{claims['sub']}", row.target


def _claims(provider: Provider, redirect: str, code: str, verifier: str) -> dict[str, Any]:
    """Exchange the code and return the claims of the identity token, its signature and bounds checked."""
    import requests
    from authlib.integrations.base_client import OAuthError
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    endpoints = _discovered(provider)
    try:
        with _client(provider, redirect) as client:
            answer = client.fetch_token(
                endpoints["token_endpoint"], code=code, code_verifier=verifier, timeout=_TIMEOUT
            )
        keys = requests.get(endpoints["jwks_uri"], timeout=_TIMEOUT).json()
        token = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": endpoints["issuer"]},
            aud={"essential": True, "value": provider.client},
            sub={"essential": True},
            exp={"essential": True},
        ).validate(token.claims)
    except (OAuthError, JoseError, KeyError, ValueError) as error:
        raise _refused("身份令牌无效", "the identity token is not valid") from error
    except requests.RequestException as error:
        raise _silent() from error
    return dict(token.claims)


def _discovered(provider: Provider) -> dict[str, str]:
    import requests

    try:
        found = requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=_TIMEOUT)
        found.raise_for_status()
        told: dict[str, str] = found.json()
    except (requests.RequestException, ValueError) as error:
        raise _silent() from error
    if told.get("issuer", "").rstrip("/") != provider.issuer:
        raise _silent()
    return told


def _client(provider: Provider, redirect: str) -> Any:  # noqa: ANN401 - Authlib has no types
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        provider.client,
        provider.secret,
        scope="openid",
        redirect_uri=redirect,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - a method, not a password
    )


def _refused(zh: str, en: str) -> BadRequest:
    return BadRequest(zh, en)


def _silent() -> Unavailable:
    return Unavailable("身份提供者现在不可用", "the identity provider is not available now", details={"retryAfter": 10})
