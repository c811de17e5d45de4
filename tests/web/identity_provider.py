"""A small OpenID provider in a process of its own, which tells the truth unless it is told to lie.

Run with the port as argument. POST /told changes what the next token says; /authorize answers for a person who agrees.
"""

import base64
import hashlib
import secrets
import sys
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PORT = int(sys.argv[1])
ISSUER = f"http://127.0.0.1:{PORT}"
CLIENT, SECRET = "tenure", "the secret of the client"
KEYS = [RSAKey.generate_key(2048)]
CODES: dict[str, dict[str, str]] = {}
TOLD: dict[str, Any] = {"now": 0, "claims": {}, "fetched": 0}


async def discovery(_: Request) -> Response:
    return JSONResponse(
        {
            "issuer": TOLD.get("issuer", ISSUER),
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
        }
    )


async def jwks(_: Request) -> Response:
    TOLD["fetched"] += 1
    return JSONResponse({"keys": [{**key.as_dict(private=False), "kid": key.thumbprint()} for key in KEYS]})


async def authorize(request: Request) -> Response:
    asked = dict(request.query_params)
    code = secrets.token_urlsafe(16)
    CODES[code] = asked
    back = {"code": code, "state": asked["state"], "iss": ISSUER}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)


async def token(request: Request) -> Response:
    """One code, one token; only with the verifier of the challenge, and for the client that was sent here."""
    sent = dict(parse_qsl((await request.body()).decode()))
    asked = CODES.pop(sent.get("code", ""), None)
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    right = asked is not None and asked["code_challenge"].encode() == challenge
    if not right or asked is None or request.headers.get("authorization") != f"Basic {basic}":
        return JSONResponse({"error": "invalid_grant"}, 400)
    now = TOLD["now"]
    claims = {"iss": ISSUER, "sub": "7", "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 300}
    return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed({**claims, **TOLD["claims"]})})


async def logout_token(_: Request) -> Response:
    events = {"http://schemas.openid.net/event/backchannel-logout": {}}
    now = TOLD["now"]
    claims = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 60, "events": events, **TOLD["claims"]}
    return Response(signed(claims))


async def told(request: Request) -> Response:
    given = await request.json()
    if given.pop("rotate", False):
        KEYS[:] = [RSAKey.generate_key(2048)]
    TOLD.update(given)
    return JSONResponse({"fetched": TOLD["fetched"]})


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": KEYS[0].thumbprint()}, claims, KEYS[0])


app = Starlette(
    routes=[
        Route("/.well-known/openid-configuration", discovery),
        Route("/jwks", jwks),
        Route("/authorize", authorize),
        Route("/token", token, methods=["POST"]),
        Route("/logout-token", logout_token),
        Route("/told", told, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="error")
