package amber.emulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.emulator.Clients;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ValidationException;

/** An emulator of its own for each test, with a clock that stands still, and a client for it. */
abstract class EbsTestCase {

  static final String REGION = "us-east-1";
  static final int BLOCK = 512 << 10;
  static final EbsRules RULES = EbsRules.DEFAULT.withQuotas(Quotas.NONE);

  final TestClock clock = new TestClock();

  @TempDir Path directory;

  Emulator emulator;
  EbsClient ebs;

  @AfterEach
  void stop() throws IOException {
    if (emulator != null) {
      ebs.close();
      emulator.close();
    }
  }

  void start(EbsRules rules) throws IOException {
    emulator = Emulator.start(directory, EmulatorOptions.DEFAULT.withClock(clock).withEbs(rules));
    ebs = Clients.ebs(emulator.endpoint(), REGION);
  }

  void restart(EbsRules rules) throws IOException {
    stop();
    start(rules);
  }

  String started() {
    return ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
  }

  /** A completed snapshot whose blocks, of these indexes, have bytes made from their index. */
  String completed(int... indexes) {
    String id = started();
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    for (int index : indexes) {
      blocks.put(index, block(index));
    }
    putAll(id, blocks);
    complete(id, blocks);
    return id;
  }

  void putAll(String id, SortedMap<Integer, byte[]> blocks) {
    blocks.forEach((index, bytes) -> put(id, index, bytes));
  }

  PutSnapshotBlockResponse put(String id, int index, byte[] bytes) {
    return put(id, index, bytes, sha256(bytes));
  }

  PutSnapshotBlockResponse put(String id, int index, byte[] bytes, String sum) {
    return ebs.putSnapshotBlock(
        r ->
            r.snapshotId(id)
                .blockIndex(index)
                .dataLength(bytes.length)
                .checksum(sum)
                .checksumAlgorithm("SHA256"),
        RequestBody.fromBytes(bytes));
  }

  void complete(String id, SortedMap<Integer, byte[]> blocks) {
    ebs.completeSnapshot(
        r ->
            r.snapshotId(id)
                .changedBlocksCount(blocks.size())
                .checksum(linear(blocks))
                .checksumAlgorithm("SHA256")
                .checksumAggregationMethod("LINEAR"));
  }

  List<Block> list(String id) {
    List<Block> all = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      ListSnapshotBlocksResponse page =
          ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken(from).maxResults(100));
      all.addAll(page.blocks());
      token = page.nextToken();
    } while (token != null);
    return all;
  }

  byte[] get(String id, Block block) {
    return get(id, block.blockIndex(), block.blockToken());
  }

  byte[] get(String id, int index, String token) {
    return ebs.getSnapshotBlockAsBytes(r -> r.snapshotId(id).blockIndex(index).blockToken(token))
        .asByteArray();
  }

  static void assertRefused(ThrowingCallable call, String reason) {
    assertThat(catchEbs(call, ValidationException.class).reasonAsString()).isEqualTo(reason);
  }

  static <T extends EbsException> T catchEbs(ThrowingCallable call, Class<T> type) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(type);
    return type.cast(thrown);
  }

  static byte[] block(long seed) {
    byte[] bytes = new byte[BLOCK];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static String sha256(byte[] bytes) {
    return Base64.getEncoder().encodeToString(digest().digest(bytes));
  }

  static String linear(SortedMap<Integer, byte[]> blocks) {
    MessageDigest all = digest();
    blocks.values().forEach(bytes -> all.update(digest().digest(bytes)));
    return Base64.getEncoder().encodeToString(all.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
