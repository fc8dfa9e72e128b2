"""Signatures of checkpoints (Ed25519, RFC 8032): to be checked by whoever cannot make them.

A signature rather than a MAC, and for every checkpoint: an auditor has the public key and not the master key.
A key signs until another master key comes; then it names its successor in the last checkpoint that it signs.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from states.vault import Vault

#: what a signed message begins with, so that a signature is good for nothing else
PURPOSE = b"tatflow checkpoint "

#: hexadecimal digits of a public key's fingerprint
FINGERPRINT = 32


def sign(vault: Vault, checkpoint_hash: str) -> str:
    """Sign the hash of a checkpoint; returns the signature in hexadecimal."""
    return vault.sign(PURPOSE + checkpoint_hash.encode())


def is_signed(checkpoint_hash: str, key: str, signature: str) -> bool:
    """Whether a signature is one of that hash by that public key, both in hexadecimal."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), PURPOSE + checkpoint_hash.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(key: str) -> str:
    """What people compare of a public key: the first 128 bits of its SHA-256, in hexadecimal."""
    return sha256(bytes.fromhex(key)).hexdigest()[:FINGERPRINT]
