package amber.fuzz;

import amber.fuzz.EditedArchives.Part;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One part of an archive, around which everything else is made to agree: what somebody would make
 * who knows the format and means harm.
 */
final class EditedArchiveTarget implements FuzzTarget {

  private final Part part;
  private final EditedArchives archives;

  EditedArchiveTarget(Part part) throws IOException {
    this.part = part;
    this.archives = new EditedArchives();
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(archives.honest(part));
  }

  @Override
  public void run(byte[] input) throws Exception {
    Optional<byte[]> archive = archives.with(part, input);
    if (archive.isPresent()) {
      ArchiveOracle.check(archive.get());
    }
  }
}
