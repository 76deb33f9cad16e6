package amber.block;

import java.util.Optional;

/**
 * What an earlier run noted of a volume.
 *
 * @param token the last that {@link BlockLog#begun} or {@link BlockLog#named} was told
 * @param receipt what {@link BlockLog#committing} was told, if it was
 */
public record VolumeRemains(String token, Optional<String> receipt) {}
