#!/usr/bin/env python3
"""Restores the volumes of an Amber archive: a second reader, made from the format's description.

Usage: second_reader.py ARCHIVE DIRECTORY [--identity KEY CERTIFICATE] [--passphrase-file FILE]
                        [--trust CERTIFICATES]

It needs Python's standard library, and the zstd command to decompress single frames. It reads an
archive as the format wants it read, from its end: the locator leads to the seal and the index, the
index to the segments. Every digest on the way is checked, so that each block that is written is
known to be the one that was packed. A sealed archive is opened by sealed_reader.py; with --trust,
openssl checks who has signed the seal.

    locator -> seal.json -> index.bin -> segment header -> block
            -> seek table       `-> manifest
               seal.json -> all block digests of a volume, in order

All integers are little-endian. The names are those of docs/format.md.
"""

import argparse
import hashlib
import json
import os
import struct
import subprocess
import tempfile
import uuid

from sealed_reader import SealedArchive, require, sha256

BLOCK = 524288
RECORD = 512  # of tar

ZSTD_MAGIC = 0xFD2FB528
LOCATOR_MAGIC = 0x184D2A5A
SEGMENT_MAGIC = 0x184D2A5D
SEEK_TABLE_MAGIC = 0x184D2A5E
SEEK_FOOTER_MAGIC = 0x8F92EAB1

FRAME_HEADER = struct.Struct("<II")  # of a skippable frame: magic, length of what follows
SEEK_FOOTER = struct.Struct("<IBI")  # frames, descriptor, magic
LOCATOR = struct.Struct("<II 8s II 16s QQQQ IIIIII 32s 32s II 56x 32s")
INDEX_HEAD = struct.Struct("<8s II II 16s II Q II")
INDEX_VOLUME = struct.Struct("<QQQQQQ II Q")
INDEX_EXTENT = struct.Struct("<II")
INDEX_SEGMENT = struct.Struct("<QQ IIII 32s")
SEGMENT_HEAD = struct.Struct("<8s 16s II QQ IIII Q II")


def crc32c_table():
    """For the Castagnoli polynomial, bits reversed: what CRC-32C makes of each byte."""
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC32C_TABLE = crc32c_table()


def crc32c(data):
    """CRC-32C of bytes as they are stored: some bits of a frame can change without any effect."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC32C_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Archive:
    """The archive's bytes."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.size = os.path.getsize(path)

    def read(self, offset, length):
        require(0 <= offset <= self.size - length, "byte %d lies outside" % offset)
        self.file.seek(offset)
        return self.file.read(length)


def decompress(frames):
    require(struct.unpack_from("<I", frames)[0] == ZSTD_MAGIC, "no zstd frame")
    done = subprocess.run(["zstd", "-dcq"], input=frames, stdout=subprocess.PIPE)
    require(done.returncode == 0, "a frame does not decompress")
    return done.stdout


def open_tar_file(frames, name, size):
    """A small member of the tar stream: one header record, the content, zeros to whole records."""
    member = decompress(frames)
    require(len(member) == RECORD + -(-size // RECORD) * RECORD, name + ": member size")
    require(member[:100].rstrip(b"\0").decode() == name, name + ": member name")
    return member[RECORD : RECORD + size]


def require_signature(signature, seal, trust):
    """Whether somebody has signed these bytes for whom one of the trusted certificates vouches."""
    require(signature, "the archive is not signed")
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, name) for name in ("seal.p7s", "seal.json")]
        for path, content in zip(paths, (signature, seal)):
            with open(path, "wb") as file:
                file.write(content)
        done = subprocess.run(
            ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", paths[0],
             "-content", paths[1], "-CAfile", trust, "-purpose", "any"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    require(done.returncode == 0, "signature: " + done.stderr.decode())


def read_locator(archive, trust):
    """The archive ends with the locator and the seek table; the table's last bytes are its footer."""
    footer = archive.read(archive.size - SEEK_FOOTER.size, SEEK_FOOTER.size)
    frames, descriptor, magic = SEEK_FOOTER.unpack(footer)
    require(magic == SEEK_FOOTER_MAGIC and descriptor == 0, "no seek table at the end")
    table_length = FRAME_HEADER.size + 8 * frames + SEEK_FOOTER.size
    table_offset = archive.size - table_length
    data = archive.read(table_offset - LOCATOR.size, LOCATOR.size)
    (frame_magic, length, magic, version, flags, archive_uuid,
     index_offset, index_stored, seal_offset, named_table_offset,
     manifest_stored, index_size, seal_stored, seal_size, named_frames, small_crc32c,
     seal_sha256, table_sha256, signature_stored, signature_size, own_sha256) = LOCATOR.unpack(data)
    require((frame_magic, length) == (LOCATOR_MAGIC, LOCATOR.size - 8), "no locator")
    require(magic == b"AMBERLOC" and version == 1 and flags == 0, "unknown version")
    require(own_sha256 == sha256(data[8:-32]), "locator: SHA-256")
    require(data[168:224] == bytes(56), "locator: reserved bytes")
    require((named_table_offset, named_frames) == (table_offset, frames), "locator: seek table")
    require(table_sha256 == sha256(archive.read(table_offset, table_length)), "table: SHA-256")
    seal = open_tar_file(archive.read(seal_offset, seal_stored), "seal.json", seal_size)
    require(seal_sha256 == sha256(seal), "seal: SHA-256")
    signature = None
    if signature_size:
        frames_of_it = archive.read(seal_offset + seal_stored, signature_stored)
        signature = open_tar_file(frames_of_it, "seal.p7s", signature_size)
    if trust:
        require_signature(signature, seal, trust)
    index = open_tar_file(archive.read(index_offset, index_stored), "index.bin", index_size)
    head = archive.read(0, manifest_stored)
    tail = archive.read(index_offset, table_offset - LOCATOR.size - index_offset)
    return uuid.UUID(bytes=archive_uuid), json.loads(seal), index, head, tail, small_crc32c


class Volume:
    """What the index says of one volume: its size, its listed blocks, its segments."""

    def __init__(self, number, fields):
        (self.size, self.listed_count, self.zero_count, self.extent_count,
         self.prolog_offset, self.prolog_stored,
         self.first_segment, self.segment_count, reserved) = fields
        require(self.size % 512 == 0 and reserved == 0, "volume %d: size" % number)
        self.number = number
        self.listed = []
        self.segments = []


class Index:
    """index.bin: a head, the volumes, their extents, the segments, and the manifest once more."""

    def __init__(self, data):
        (magic, version, block, volume_count, segment_count, archive_uuid,
         self.blocks_per_frame, self.blocks_per_segment,
         block_count, manifest_size, reserved) = INDEX_HEAD.unpack_from(data)
        require((magic, version, block, reserved) == (b"AMBERIDX", 1, BLOCK, 0), "index: head")
        self.uuid = uuid.UUID(bytes=archive_uuid)
        at = INDEX_HEAD.size
        self.volumes = []
        for number in range(volume_count):
            self.volumes.append(Volume(number, INDEX_VOLUME.unpack_from(data, at)))
            at += INDEX_VOLUME.size
        for volume in self.volumes:
            at = self.read_extents(volume, data, at)
        next_segment = 0
        for volume in self.volumes:
            require(volume.first_segment == next_segment, "index: segments of a volume")
            for number in range(next_segment, next_segment + volume.segment_count):
                volume.segments.append((number, INDEX_SEGMENT.unpack_from(data, at)))
                at += INDEX_SEGMENT.size
            next_segment += volume.segment_count
        self.manifest = data[at:]
        require(next_segment == segment_count, "index: count of segments")
        require(len(self.manifest) == manifest_size, "index: size of the manifest")
        require(sum(len(v.listed) for v in self.volumes) == block_count, "index: count of blocks")

    @staticmethod
    def read_extents(volume, data, at):
        end = -1  # where the extent before ended; two extents never touch
        for _ in range(volume.extent_count):
            first, count = INDEX_EXTENT.unpack_from(data, at)
            require(first > end and count > 0, "index: extents of volume %d" % volume.number)
            end = first + count
            volume.listed.extend(range(first, end))
            at += INDEX_EXTENT.size
        require(len(volume.listed) == volume.listed_count, "index: blocks of a volume")
        require(end <= -(-volume.size // BLOCK), "index: a block behind the volume's end")
        return at


def read_segment(archive, index, volume, number, entry):
    """Yields block number, bytes and SHA-256 of each block of a segment."""
    offset, first_ordinal, entry_volume, count, zero_count, stored, header_sha256 = entry
    what = "segment %d: " % number
    data = archive.read(offset, stored)
    magic, length = FRAME_HEADER.unpack_from(data)
    require(magic == SEGMENT_MAGIC, what + "no header")
    header = data[8 : 8 + length]
    require(header[-32:] == sha256(header[:-32]) == header_sha256, what + "SHA-256 of its header")
    require(entry_volume == volume.number, what + "volume in the index")
    (magic, archive_uuid, own_number, own_volume, own_first, volume_size, own_count, frame_count,
     blocks_per_frame, flags, data_length, own_zeros, data_crc32c) = SEGMENT_HEAD.unpack_from(header)
    require(magic == b"AMBERSEG" and flags == 0, what + "head")
    require(archive_uuid == index.uuid.bytes, what + "UUID")
    require(
        (own_number, own_volume, own_first, volume_size, own_count, own_zeros, blocks_per_frame)
        == (number, volume.number, first_ordinal, volume.size, count, zero_count,
            index.blocks_per_frame),
        what + "its header does not agree with the index",
    )
    require(frame_count == -(-count // blocks_per_frame), what + "count of frames")
    at = SEGMENT_HEAD.size
    blocks = struct.unpack_from("<%dI" % count, header, at)
    at += 4 * count
    require(list(blocks) == volume.listed[first_ordinal : first_ordinal + count], what + "blocks")
    digests = [header[at + 32 * i : at + 32 * i + 32] for i in range(count)]
    at += 32 * count
    frame_lengths = struct.unpack_from("<%dI" % frame_count, header, at)
    require(at + 4 * frame_count == len(header) - 32, what + "length of its header")
    require(sum(frame_lengths) == data_length == stored - 8 - length, what + "length")
    require(crc32c(data[8 + length :]) == data_crc32c, what + "CRC-32C of its frames")

    at = 8 + length
    for frame, frame_length in enumerate(frame_lengths):
        first = frame * blocks_per_frame
        in_frame = blocks[first : first + blocks_per_frame]
        plain = decompress(data[at : at + frame_length])
        at += frame_length
        for i, block in enumerate(in_frame):
            size = min(BLOCK, volume.size - block * BLOCK)  # a volume's last block may be short
            content, plain = plain[:size], plain[size:]
            require(len(content) == size, what + "a frame is too short")
            digest = sha256(content.ljust(BLOCK, b"\0"))  # digests are those of whole blocks
            require(digest == digests[first + i], what + "SHA-256 of block %d" % block)
            yield block, content, digest
        require(not plain, what + "a frame is too long")


def restore(archive, index, volume, sealed, path):
    """Writes a volume; what is not listed stays a hole."""
    all_digests = hashlib.sha256()
    written = 0
    with open(path, "xb") as disk:
        disk.truncate(volume.size)
        for number, entry in volume.segments:
            for block, content, digest in read_segment(archive, index, volume, number, entry):
                disk.seek(block * BLOCK)
                disk.write(content)
                all_digests.update(digest)
                written += 1
    require(written == volume.listed_count == sealed["listedBlocks"], "count of listed blocks")
    require(volume.size == sealed["sizeBytes"], "size of volume %d" % volume.number)
    require(all_digests.hexdigest() == sealed["linearSha256"], "SHA-256 of a volume")


def parse():
    parser = argparse.ArgumentParser(description="Restores the volumes of an Amber archive.")
    parser.add_argument("archive")
    parser.add_argument("directory")
    parser.add_argument("--identity", nargs=2, metavar=("KEY", "CERTIFICATE"))
    parser.add_argument("--passphrase-file")
    parser.add_argument("--trust", metavar="CERTIFICATES")
    return parser.parse_args()


def opener(options):
    """How openssl opens the envelope. It takes a passphrase as an argument alone: for tests."""
    if options.identity:
        key, certificate = options.identity
        return ["-inkey", key, "-recip", certificate]
    if options.passphrase_file:
        with open(options.passphrase_file, encoding="utf-8") as file:
            return ["-pwri_password", file.read().rstrip("\r\n")]
    return []


def main():
    options = parse()
    archive = Archive(options.archive)
    how = opener(options)
    if SealedArchive.is_sealed(archive):
        archive = SealedArchive(archive, how)
    else:
        require(not how, "the archive is not sealed, and should be")
    archive_uuid, seal, index_data, head, tail, small_crc32c = read_locator(archive, options.trust)
    require((seal["format"], seal["version"]) == ("amber-archive", 1), "seal: format")
    require(seal["indexSha256"] == sha256(index_data).hex(), "index: SHA-256")
    index = Index(index_data)
    require(index.uuid == archive_uuid == uuid.UUID(seal["uuid"]), "UUIDs differ")
    require(seal["manifestSha256"] == sha256(index.manifest).hex(), "manifest: SHA-256")
    first = open_tar_file(head, "manifest.json", len(index.manifest))
    require(first == index.manifest, "the manifest at the beginning differs from the index's")
    prologs = [archive.read(v.prolog_offset, v.prolog_stored) for v in index.volumes]
    require(crc32c(b"".join([head, *prologs, tail])) == small_crc32c, "CRC-32C of small frames")
    volumes = json.loads(index.manifest)["volumes"]
    require(len(volumes) == len(index.volumes) == len(seal["volumes"]), "count of volumes")
    for volume, described, sealed in zip(index.volumes, volumes, seal["volumes"]):
        require(described["sizeBytes"] == volume.size, "manifest: size of a volume")
        name = "volume-%02d.raw" % volume.number
        restore(archive, index, volume, sealed, os.path.join(options.directory, name))
    with open(os.path.join(options.directory, "manifest.json"), "xb") as file:
        file.write(index.manifest)


main()
