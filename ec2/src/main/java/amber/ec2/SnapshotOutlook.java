package amber.ec2;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot behind an image, and what keeps it when the image goes.
 *
 * @param shown whether EC2 shows it to the caller at all; if not, nothing else is known
 * @param ownerId the account that it is of
 * @param state such as {@code completed}
 * @param storageTier such as {@code standard} or {@code archive}
 * @param restoredUntil until when a restore from the archive lasts, if it is not for good
 * @param fullSizeBytes the size of all its listed blocks, where EC2 tells
 * @param lock how it is locked, in EC2's words, if it is; not told to everybody
 * @param tags as far as EC2 shows them
 * @param users the account's other images that have a device of it
 */
public record SnapshotOutlook(
    String id,
    boolean shown,
    String ownerId,
    int sizeGiB,
    String state,
    String storageTier,
    Optional<Instant> restoredUntil,
    Optional<Long> fullSizeBytes,
    Told<Optional<String>> lock,
    Map<String, String> tags,
    Set<String> users) {

  /** Copies the map and the set. */
  public SnapshotOutlook {
    tags = Map.copyOf(tags);
    users = Set.copyOf(users);
  }

  static SnapshotOutlook ofNone(String id) {
    return new SnapshotOutlook(
        id,
        false,
        "",
        0,
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        Told.not("it is not shown"),
        Map.of(),
        Set.of());
  }

  /** Whether it is in the archive tier, or is only for some time not. */
  public boolean isArchived() {
    return storageTier.equals("archive") || restoredUntil.isPresent();
  }

  /**
   * Why it stays when an image of an account is deregistered with its snapshots; nothing if it is
   * deleted, as far as can be known before.
   *
   * @param accountId the image's owner
   */
  public Optional<String> keptBecause(String accountId) {
    if (!shown) {
      return Optional.of("it is not this account's, or not there any more");
    }
    if (!ownerId.equals(accountId)) {
      return Optional.of("account " + ownerId + " owns it");
    }
    if (!users.isEmpty()) {
      return Optional.of(
          users.stream().sorted().reduce((some, more) -> some + ", " + more).orElseThrow()
              + (users.size() == 1 ? " uses it" : " use it"));
    }
    return lock.value().flatMap(found -> found).map(how -> "it is locked (" + how + ")");
  }
}
