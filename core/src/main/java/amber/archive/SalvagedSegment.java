package amber.archive;

import java.util.List;

/**
 * What was left of a segment.
 *
 * @param segment the segment
 * @param blocks how many blocks it should hold
 * @param whole how many of them were whole, and were handed on
 * @param damage what was wrong, one line for each damaged frame or block; empty if all was whole
 */
public record SalvagedSegment(
    ArchiveScan.FoundSegment segment, int blocks, int whole, List<String> damage) {}
