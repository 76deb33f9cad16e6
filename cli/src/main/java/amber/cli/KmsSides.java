package amber.cli;

import amber.kms.KmsArn;
import amber.kms.KmsConnection;
import amber.seal.KeyService;
import amber.seal.KmsWrapped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * AWS KMS, asked by the side of a run that has to do with a key: keys leave neither their partition
 * nor, unless they are told to, their account.
 */
final class KmsSides implements KeyService {

  private final List<AwsSide> sides;

  /**
   * One side, or both.
   *
   * @param sides that of the archive first
   */
  KmsSides(List<AwsSide> sides) {
    this.sides = sides;
  }

  @Override
  public Fresh generate(String keyArn, UUID archive) throws IOException {
    return required(keyArn).generate(keyArn, archive);
  }

  /** Finds out whether a key could be made, and makes none. */
  void tryGenerate(String keyArn) throws IOException {
    required(keyArn).tryGenerate(keyArn, new UUID(0, 0));
  }

  @Override
  public Optional<byte[]> unwrap(KmsWrapped wrapped, UUID archive) throws IOException {
    KmsArn key = KmsArn.parse(wrapped.keyArn());
    Optional<AwsSide> side = side(key);
    return side.isPresent()
        ? side.get().kms(key.region()).unwrap(wrapped, archive)
        : Optional.empty();
  }

  private KmsConnection required(String keyArn) throws IOException {
    KmsArn key = KmsArn.parse(keyArn);
    Optional<AwsSide> side = side(key);
    if (side.isEmpty()) {
      throw RefusedException.usage(
          "%s: is a key of partition %s, in which no side of this command is"
              .formatted(keyArn, key.partition()),
          "name the side that may use it: --profile and --region, or --to-profile and --to-region");
    }
    return side.get().kms(key.region());
  }

  /** The side of the key's partition; of two, that of its account; of two, that of the archive. */
  private Optional<AwsSide> side(KmsArn key) throws IOException {
    List<AwsSide> here =
        sides.stream().filter(side -> side.isOf(key.partition())).distinct().toList();
    if (here.size() > 1 && !here.get(0).isSameAccountAs(here.get(1))) {
      for (AwsSide side : here) {
        if (side.accountId().equals(Optional.of(key.account()))) {
          return Optional.of(side);
        }
      }
    }
    return here.stream().findFirst();
  }
}
