package amber.store;

/**
 * An archive that is there for everyone to read.
 *
 * @param location where, as the user knows it
 * @param sizeBytes how large
 */
public record StoredArchive(String location, long sizeBytes) {}
