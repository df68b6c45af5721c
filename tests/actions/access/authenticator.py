"""A passkey in software: makes keys and signs challenges as a browser with a device does."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One device with one key (ES256)."""

    origin: str
    host: str
    flags: int = _PRESENT | _VERIFIED
    sign_count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: _coordinate(numbers.x), -3: _coordinate(numbers.y)}
        data = self._data(_HAS_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        attestation = {"fmt": "none", "attStmt": {}, "authData": data + encode_cbor(cose)}
        return self._credential(
            {
                "clientDataJSON": encoded(self._client_data("webauthn.create", options)),
                "attestationObject": encoded(encode_cbor(attestation)),
            }
        )

    def sign_in(self, options: str) -> str:
        """The answer to `navigator.credentials.get`."""
        self.sign_count += 1
        client_data, data = self._client_data("webauthn.get", options), self._data(0)
        signed = data + hashlib.sha256(client_data).digest()
        return self._credential(
            {
                "clientDataJSON": encoded(client_data),
                "authenticatorData": encoded(data),
                "signature": encoded(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": None,
            }
        )

    def _data(self, flags: int) -> bytes:
        head = hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | flags])
        return head + self.sign_count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        document = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps({**document, "crossOrigin": False}).encode()

    def _credential(self, response: dict[str, Any]) -> str:
        name = encoded(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _coordinate(number: int) -> bytes:
    return number.to_bytes(32, "big")
