#!/usr/bin/env python3
"""Reads ranges of the tar stream through the seek table, by its published specification alone.

Usage: seek_table.py ARCHIVE OFFSET:LENGTH...

Writes the bytes of all ranges, one after the other. Knows nothing of Amber: any file in zstd's
seekable format will do. The specification:
https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md
"""

import bisect
import os
import struct
import subprocess
import sys

SKIPPABLE_MAGIC = 0x184D2A5E
FOOTER_MAGIC = 0x8F92EAB1
MAX_FRAMES = 0x8000000


def require(condition, what):
    if not condition:
        sys.exit("seek_table.py: error: " + what)


def read_seek_table(file, size):
    """The stored and the plain offset of every frame, and of the end of the last one."""
    file.seek(size - 9)
    frames, descriptor, magic = struct.unpack("<IBI", file.read(9))
    require(magic == FOOTER_MAGIC, "no footer")
    require(0 < frames <= MAX_FRAMES, "%d frames" % frames)
    require(descriptor & 0x7C == 0, "reserved bits are set")
    has_checksums = descriptor & 0x80 != 0
    entry = struct.Struct("<III" if has_checksums else "<II")

    length = frames * entry.size + 9
    file.seek(size - length - 8)
    require(struct.unpack("<II", file.read(8)) == (SKIPPABLE_MAGIC, length), "no frame header")
    stored, plain = [0], [0]
    for fields in entry.iter_unpack(file.read(frames * entry.size)):
        stored.append(stored[-1] + fields[0])
        plain.append(plain[-1] + fields[1])
    require(stored[-1] == size - length - 8, "the frames do not end where the table begins")
    return stored, plain


def decompress(frame):
    done = subprocess.run(["zstd", "-dcq"], input=frame, stdout=subprocess.PIPE, check=True)
    return done.stdout


def read_range(file, stored, plain, offset, length):
    """Decompresses the frames that hold the range, each on its own, and no other frame."""
    pieces = []
    at = offset
    while at < offset + length:
        # The last frame that begins here or before, so that frames without content are passed.
        frame = bisect.bisect_right(plain, at) - 1
        file.seek(stored[frame])
        content = decompress(file.read(stored[frame + 1] - stored[frame]))
        require(len(content) == plain[frame + 1] - plain[frame], "frame %d: size" % frame)
        piece = content[at - plain[frame] : offset + length - plain[frame]]
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def main():
    path, ranges = sys.argv[1], sys.argv[2:]
    with open(path, "rb") as file:
        stored, plain = read_seek_table(file, os.path.getsize(path))
        for item in ranges:
            offset, length = map(int, item.split(":"))
            require(0 <= offset <= offset + length <= plain[-1], "range " + item)
            sys.stdout.buffer.write(read_range(file, stored, plain, offset, length))


main()
