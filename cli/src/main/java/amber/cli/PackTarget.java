package amber.cli;

import amber.archive.Plan;
import amber.image.Image;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import java.io.IOException;
import java.util.function.Consumer;

/** Where an archive goes. Whoever makes one has checked that it may go there. */
interface PackTarget {

  /** How the names of archives end. */
  String ENDING = ".bin";

  /** A path, an object's location, or what stdout is called. */
  String location();

  /** What is asked of the place beside the archive's bytes, such as a storage class; or nothing. */
  default String recipe() {
    return "";
  }

  /** The same place, for an archive that anybody may read, or for one that not all may. */
  default PackTarget holding(boolean isPublic) {
    return this;
  }

  /**
   * What stores the archive that was planned.
   *
   * @param warnings told what could go wrong meanwhile
   */
  ArchiveSink sink(Plan plan, Consumer<String> warnings) throws IOException;

  /**
   * Checks what could not be known before the archive was planned, and adds to a bill what storing
   * it costs at most.
   *
   * @param bound what the archive will not exceed as it is stored, encrypted or not
   */
  void dryRun(ArchiveBound bound, Bill bill) throws IOException;

  /**
   * What an archive is called in a place that holds several: after the image's id, else its name,
   * else the source's. They may come from a stranger's manifest.
   */
  static String fileName(PackSource source) {
    // Most file systems allow 255 bytes, and a hidden name with 24 more is needed beside it.
    int most = 200;
    Image image = source.image();
    String name = image.id().or(image::name).orElseGet(source::fallbackName);
    String safe = name.replaceAll("[\\p{Cntrl}\\p{Cf}/\\\\:]", "_").replaceFirst("^[.-]", "_");
    if (safe.length() > most) {
      safe = safe.substring(0, most);
    }
    return (safe.isEmpty() ? "image" : safe) + ENDING;
  }
}
