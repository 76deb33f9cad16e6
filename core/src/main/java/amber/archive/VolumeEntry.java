package amber.archive;

import amber.block.BlockSet;

/**
 * What the index says of a volume.
 *
 * @param sizeBytes the volume's size
 * @param listed its listed blocks
 * @param zeroBlocks how many of them are zero blocks
 * @param prologOffset where the frames with its tar headers and sparse map begin in the archive
 * @param prologBytes stored length of those frames
 * @param firstSegment number of its first segment, or of the next volume's if it has none
 * @param segmentCount how many segments it has
 */
public record VolumeEntry(
    long sizeBytes,
    BlockSet listed,
    long zeroBlocks,
    long prologOffset,
    long prologBytes,
    int firstSegment,
    int segmentCount) {}
