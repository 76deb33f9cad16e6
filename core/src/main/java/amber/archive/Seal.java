package amber.archive;

import amber.image.InvalidImageException;
import amber.image.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What everything else in an archive hangs from: digests of the manifest and the index, and of each
 * volume. A signature over the seal vouches for the whole archive.
 *
 * <p>Layout: docs/format.md, "Seal".
 *
 * @param uuid the archive's
 * @param createdAt when the pack began
 * @param tool what made the archive
 * @param manifestSha256 SHA-256 of the manifest
 * @param indexSha256 SHA-256 of index.bin
 * @param volumes each volume's digest
 */
public record Seal(
    UUID uuid,
    Instant createdAt,
    String tool,
    byte[] manifestSha256,
    byte[] indexSha256,
    List<VolumeSeal> volumes) {

  /** The name of the seal's member in the tar stream. */
  static final String FILE = "seal.json";

  /** The name of the signature's member, behind the seal's. */
  static final String SIGNATURE_FILE = "seal.p7s";

  /** The largest seal. */
  static final int MAX_BYTES = 64 << 10;

  private static final String FORMAT = "amber-archive";
  private static final int VERSION = 1;

  /**
   * The digest of one volume.
   *
   * @param sizeBytes the volume's size
   * @param listedBlocks how many blocks are listed
   * @param linearSha256 SHA-256 over the digests of all listed blocks in order: the checksum that
   *     EBS calls LINEAR
   */
  public record VolumeSeal(long sizeBytes, long listedBlocks, byte[] linearSha256) {}

  byte[] write() {
    List<Object> items = new ArrayList<>();
    for (VolumeSeal volume : volumes) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("sizeBytes", volume.sizeBytes());
      item.put("listedBlocks", volume.listedBlocks());
      item.put("linearSha256", hex(volume.linearSha256()));
      items.add(item);
    }
    Map<String, Object> seal = new LinkedHashMap<>();
    seal.put("format", FORMAT);
    seal.put("version", VERSION);
    seal.put("uuid", uuid.toString());
    seal.put("createdAt", createdAt.toString());
    seal.put("tool", tool);
    seal.put("manifestSha256", hex(manifestSha256));
    seal.put("indexSha256", hex(indexSha256));
    seal.put("volumes", items);
    return Json.write(seal);
  }

  static Seal read(byte[] bytes, String location)
      throws CorruptArchiveException, UnsupportedArchiveException {
    try {
      Map<String, Object> seal = Json.read(bytes, location);
      if (!FORMAT.equals(seal.get("format"))) {
        throw new CorruptArchiveException(location, "its seal is of no archive");
      }
      if (!Integer.valueOf(VERSION).equals(seal.get("version"))) {
        throw new UnsupportedArchiveException(
            location,
            "its seal has version %s, this version of amber knows %d"
                .formatted(seal.get("version"), VERSION));
      }
      List<VolumeSeal> volumes = new ArrayList<>();
      for (Object item : (List<?>) seal.get("volumes")) {
        Map<?, ?> volume = (Map<?, ?>) item;
        volumes.add(
            new VolumeSeal(
                ((Number) volume.get("sizeBytes")).longValue(),
                ((Number) volume.get("listedBlocks")).longValue(),
                sha256(volume.get("linearSha256"))));
      }
      return new Seal(
          UUID.fromString((String) seal.get("uuid")),
          Instant.parse((String) seal.get("createdAt")),
          (String) seal.get("tool"),
          sha256(seal.get("manifestSha256")),
          sha256(seal.get("indexSha256")),
          List.copyOf(volumes));
    } catch (InvalidImageException
        | ClassCastException
        | NullPointerException
        | IllegalArgumentException
        | DateTimeException e) {
      throw new CorruptArchiveException(location, "its seal cannot be read", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  private static byte[] sha256(Object hex) {
    byte[] digest = HexFormat.of().parseHex((String) hex);
    if (digest.length != 32) {
      throw new IllegalArgumentException("a SHA-256 of %d bytes".formatted(digest.length));
    }
    return digest;
  }
}
