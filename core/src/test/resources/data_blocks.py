#!/usr/bin/env python3
"""Prints the number of every 512 KiB block of a file that is not wholly a hole.

Usage: data_blocks.py FILE
"""

import os
import sys

BLOCK = 524288

descriptor = os.open(sys.argv[1], os.O_RDONLY)
end = os.fstat(descriptor).st_size
blocks = set()
position = 0
while position < end:
    try:
        data = os.lseek(descriptor, position, os.SEEK_DATA)
    except OSError:  # no data behind this position
        break
    position = os.lseek(descriptor, data, os.SEEK_HOLE)
    blocks.update(range(data // BLOCK, (position + BLOCK - 1) // BLOCK))
for block in sorted(blocks):
    print(block)
