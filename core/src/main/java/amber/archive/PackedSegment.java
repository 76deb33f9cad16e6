package amber.archive;

import java.nio.ByteBuffer;

/**
 * A segment as it is stored.
 *
 * @param planned what was to be made
 * @param header what was made
 * @param headerHash the SHA-256 of the header
 * @param headerFrame the header's bytes
 * @param bytes header and data frames as the archive's store takes them, in a buffer of the segment
 *     writer's pool
 */
public record PackedSegment(
    PlannedSegment planned,
    SegmentHeader header,
    byte[] headerHash,
    ByteBuffer headerFrame,
    ByteBuffer bytes) {}
