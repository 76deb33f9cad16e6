package amber.benchmark.server;

import java.util.Map;
import java.util.Optional;

/**
 * An object of S3.
 *
 * @param metadata the headers that it is to be answered with
 * @param content its bytes, if they were kept
 */
record StoredObject(
    long size, String etag, Map<String, String> metadata, Optional<MappedFile> content) {}
