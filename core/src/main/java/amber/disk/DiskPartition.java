package amber.disk;

/**
 * A part of a disk.
 *
 * @param use what it is for
 * @param startBytes where it begins
 * @param sizeBytes how long it is; the disk may be shorter than it says
 * @param startable whether a PC's BIOS is told to start from it
 */
record DiskPartition(Use use, long startBytes, long sizeBytes, boolean startable) {

  /** What a partition is for, as far as it matters for a start. */
  enum Use {
    /** Where UEFI looks for loaders. */
    EFI_SYSTEM,
    /** Where the loader that a PC's BIOS starts has its larger part, on a disk with a GPT. */
    BIOS_BOOT,
    /** Says to who knows no GPT that the disk is in use. */
    PROTECTIVE,
    /** Anything else. */
    OTHER
  }
}
