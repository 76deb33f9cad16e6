package amber.cli;

import amber.archive.ArchiveReader;
import amber.image.Volume;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which of an archive's volumes are restored. */
final class VolumesOption {

  @Option(
      names = "--volume",
      paramLabel = "VOLUME",
      description =
          "Restore this volume only, named by its number, its device or its file; may be"
              + " given again. No manifest is written then.")
  private List<String> names = List.of();

  /** Whether it is some that were named, rather than all. */
  boolean isGiven() {
    return !names.isEmpty();
  }

  /**
   * The numbers of an archive's volumes to restore.
   *
   * @throws RefusedException if it has none of a name
   */
  SortedSet<Integer> of(ArchiveReader archive) throws RefusedException {
    SortedSet<Integer> chosen = new TreeSet<>();
    List<Volume> all = archive.image().volumes();
    for (String name : names) {
      Volume named =
          all.stream()
              .filter(volume -> isNamed(volume, name))
              .findFirst()
              .orElseThrow(() -> noSuchVolume(archive, name));
      chosen.add(named.number());
    }
    if (names.isEmpty()) {
      all.forEach(volume -> chosen.add(volume.number()));
    }
    return chosen;
  }

  private static boolean isNamed(Volume volume, String name) {
    return name.equals(String.valueOf(volume.number()))
        || name.equals(volume.file())
        || name.equals(volume.device().orElse(null));
  }

  private static RefusedException noSuchVolume(ArchiveReader archive, String name) {
    String all =
        archive.image().volumes().stream().map(Volume::toString).collect(Collectors.joining(", "));
    return new RefusedException(
        Outcome.NOT_FOUND,
        "%s: has no volume '%s', it has %s".formatted(archive.location(), name, all),
        "name a volume by its number, its device or its file");
  }
}
