#!/usr/bin/env python3
"""Opens a sealed Amber archive: made from section 16 of the format's description.

It needs Python's standard library, the openssl command for CMS, and for AES-GCM the library that
the command is made of, by ctypes. The data key leads to all else:

    envelope -> data key -> commitment, HMAC of the locator
                        `-> map -> crypt segments -> the plain archive

All integers are little-endian, but for what goes into the cipher. The names are those of
docs/format.md.
"""

import bisect
import ctypes
import ctypes.util
import hashlib
import hmac
import os
import struct
import subprocess
import sys

FRAME_BYTES = 131072  # plain bytes in a sealed frame
TAG_BYTES = 16
SALT_BYTES = 32
LOCATOR_BYTES = 256
MAX_ENVELOPE_BYTES = 1 << 20
MAX_MAP_BYTES = 256 << 20

ENVELOPE_MAGIC = 0x184D2A5F
SEALED_MAGIC = 0x184D2A5B
LOCATOR_MAGIC = 0x184D2A5A

FRAME_HEADER = struct.Struct("<II")
ENVELOPE = struct.Struct("<II 8s 16s II 32s")
SEALED_LOCATOR = struct.Struct("<II 8s II 16s QQQ II 32s 32s 88x 32s")
MAP_ENTRY = struct.Struct("<32s Q")


def require(condition, what):
    if not condition:
        sys.exit("%s: error: %s" % (os.path.basename(sys.argv[0]), what))


def sha256(data):
    return hashlib.sha256(data).digest()


class AesGcm:
    """AES-256-GCM, which Python has not, as libcrypto has it."""

    SET_TAG = 0x11

    def __init__(self):
        name = ctypes.util.find_library("crypto") or "libcrypto.so.3"
        try:
            self.crypto = ctypes.CDLL(name)
        except OSError:
            require(False, "no libcrypto is here")
        pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        for function, result, arguments in (
            ("EVP_aes_256_gcm", pointer, []),
            ("EVP_CIPHER_CTX_new", pointer, []),
            ("EVP_CIPHER_CTX_free", None, [pointer]),
            ("EVP_CIPHER_CTX_ctrl", number, [pointer, number, number, pointer]),
            ("EVP_DecryptInit_ex", number, [pointer, pointer, pointer, text, text]),
            ("EVP_DecryptUpdate", number, [pointer, pointer, pointer, text, number]),
            ("EVP_DecryptFinal_ex", number, [pointer, pointer, pointer]),
        ):
            getattr(self.crypto, function).restype = result
            getattr(self.crypto, function).argtypes = arguments

    def decrypt(self, key, nonce, additional, encrypted, tag):
        """The plain bytes, or None if the tag is not theirs."""
        crypto, done = self.crypto, ctypes.c_int()
        plain = ctypes.create_string_buffer(len(encrypted) + TAG_BYTES)
        context = crypto.EVP_CIPHER_CTX_new()
        try:
            steps = (
                crypto.EVP_DecryptInit_ex(context, crypto.EVP_aes_256_gcm(), None, key, nonce),
                crypto.EVP_DecryptUpdate(
                    context, None, ctypes.byref(done), additional, len(additional)),
                crypto.EVP_DecryptUpdate(
                    context, plain, ctypes.byref(done), encrypted, len(encrypted)),
                crypto.EVP_CIPHER_CTX_ctrl(context, self.SET_TAG, len(tag), tag),
            )
            require(steps == (1, 1, 1, 1), "libcrypto does not do AES-256-GCM")
            matches = crypto.EVP_DecryptFinal_ex(context, None, ctypes.byref(done)) == 1
            return plain.raw[: len(encrypted)] if matches else None
        finally:
            crypto.EVP_CIPHER_CTX_free(context)


def hkdf(data_key, salt, info):
    """HKDF with SHA-256 (RFC 5869), for the 32 bytes that one round gives."""
    extracted = hmac.new(salt, data_key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def open_cms(cms, opener):
    """What CMS holds. opener: the options by which openssl gets at it."""
    done = subprocess.run(
        ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", *opener],
        input=cms, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    require(done.returncode == 0, "the envelope is not for this key: " + done.stderr.decode())
    return done.stdout


def sealed_bytes(plain):
    """How long a crypt segment of so many plain bytes is."""
    frames = -(-plain // FRAME_BYTES)
    return plain + SALT_BYTES + frames * (FRAME_HEADER.size + TAG_BYTES)


class SealedArchive:
    """The plain archive inside a sealed one: read it like a file."""

    def __init__(self, stored, opener):
        self.stored = stored
        self.aes_gcm = AesGcm()
        data = stored.read(stored.size - LOCATOR_BYTES, LOCATOR_BYTES)
        (_, _, _, version, flags, self.uuid, envelope_length, map_offset, self.size, entries,
         reserved, envelope_sha256, mac, own_sha256) = SEALED_LOCATOR.unpack(data)
        require(own_sha256 == sha256(data[8:224]), "sealed locator: SHA-256")
        require((version, flags) == (1, 0), "sealed in an unknown version")
        require(reserved == 0 and data[136:224] == bytes(88), "sealed locator: reserved bytes")
        map_length = entries * MAP_ENTRY.size
        require(0 < envelope_length <= MAX_ENVELOPE_BYTES, "sealed locator: envelope")
        require(0 < map_length <= MAX_MAP_BYTES, "sealed locator: map")
        require(0 < self.size < map_offset and map_offset > envelope_length, "sealed locator: map")
        require(
            map_offset + sealed_bytes(map_length) == stored.size - LOCATOR_BYTES,
            "sealed locator: the map does not end before it",
        )
        self.data_key = self.open_envelope(
            stored.read(0, envelope_length), envelope_sha256, opener)
        key = hkdf(self.data_key, self.uuid, b"amber sealed 1 locator")
        right_mac = hmac.new(key, data[8:104], hashlib.sha256).digest()
        require(hmac.compare_digest(mac, right_mac), "sealed locator: HMAC")
        self.read_map(map_offset, map_length, envelope_length)

    @staticmethod
    def is_sealed(stored):
        if stored.size < LOCATOR_BYTES:
            return False
        start = stored.read(stored.size - LOCATOR_BYTES, 16)
        return start == FRAME_HEADER.pack(LOCATOR_MAGIC, LOCATOR_BYTES - 8) + b"AMBERSLD"

    def open_envelope(self, frame, frame_sha256, opener):
        require(frame_sha256 == sha256(frame), "envelope: SHA-256")
        magic, length, name, own_uuid, suite, reserved, commitment = ENVELOPE.unpack_from(frame)
        require((magic, length) == (ENVELOPE_MAGIC, len(frame) - 8), "envelope: frame")
        require(name == b"AMBERENV" and own_uuid == self.uuid, "envelope: another archive's")
        require((suite, reserved) == (1, 0), "sealed by an unknown suite")
        require(opener, "the archive is sealed; give what opens it")
        data_key = open_cms(frame[ENVELOPE.size :], opener)
        require(len(data_key) == 32, "data key: length")
        own = hkdf(data_key, own_uuid, b"amber sealed 1 commitment")
        require(hmac.compare_digest(own, commitment), "envelope: commitment")
        return data_key

    def read_map(self, offset, length, first_offset):
        """Notes of each crypt segment: salt, where it begins, and where among the plain bytes."""
        salt = self.stored.read(offset + FRAME_HEADER.size, SALT_BYTES)
        key = hkdf(self.data_key, salt, b"amber sealed 1 map")
        plain = b"".join(
            self.open_frame(key, salt, offset, length, number)
            for number in range(-(-length // FRAME_BYTES)))
        self.segments = []
        self.starts = []  # the same once more, by which to look for one
        plain_at, sealed_at = 0, first_offset
        for entry_salt, entry_length in MAP_ENTRY.iter_unpack(plain):
            require(entry_length > 0, "map: an empty crypt segment")
            self.segments.append((entry_salt, sealed_at, entry_length))
            self.starts.append(plain_at)
            plain_at += entry_length
            sealed_at += sealed_bytes(entry_length)
        require(plain_at == self.size, "map: length of the plain archive")
        require(sealed_at == offset, "map: length of the crypt segments")

    def open_frame(self, key, salt, segment_offset, segment_length, number):
        """The plain bytes of one sealed frame."""
        frames = -(-segment_length // FRAME_BYTES)
        count = min(FRAME_BYTES, segment_length - number * FRAME_BYTES)
        own_salt = salt if number == 0 else b""
        offset = segment_offset + number * (FRAME_BYTES + 24) + (SALT_BYTES if number else 0)
        payload = len(own_salt) + count + TAG_BYTES
        frame = self.stored.read(offset, FRAME_HEADER.size + payload)
        where = "sealed frame at byte %d" % offset
        require(FRAME_HEADER.unpack_from(frame) == (SEALED_MAGIC, payload), where + ": header")
        require(frame.startswith(own_salt, FRAME_HEADER.size), where + ": salt")
        nonce = bytes(8) + struct.pack(">I", 2 * number + (number == frames - 1))
        additional = self.uuid + struct.pack(">II", number, count)
        encrypted = frame[FRAME_HEADER.size + len(own_salt) : -TAG_BYTES]
        plain = self.aes_gcm.decrypt(key, nonce, additional, encrypted, frame[-TAG_BYTES:])
        require(plain is not None, where + ": tag")
        return plain

    def read(self, offset, length):
        """Bytes of the plain archive."""
        require(0 <= offset <= self.size - length, "byte %d lies outside" % offset)
        found = []
        while length > 0:
            segment = bisect.bisect_right(self.starts, offset) - 1
            salt, sealed_at, plain_length = self.segments[segment]
            key = hkdf(self.data_key, salt, b"amber sealed 1 segment")
            inside = offset - self.starts[segment]
            number, skipped = divmod(inside, FRAME_BYTES)
            plain = self.open_frame(key, salt, sealed_at, plain_length, number)
            some = plain[skipped : skipped + length]
            found.append(some)
            offset += len(some)
            length -= len(some)
        return b"".join(found)
