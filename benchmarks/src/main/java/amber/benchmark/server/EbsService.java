package amber.benchmark.server;

import amber.benchmark.server.Bench.NewSnapshot;
import amber.benchmark.server.Bench.Round;
import com.fasterxml.jackson.jr.ob.JSON;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** EBS direct, as far as one needs it that makes no mistakes. */
final class EbsService {

  private static final String PATH = "/snapshots";
  private static final int MAX_RESULTS = 10_000;
  private static final String CHECKSUM = "x-amz-Checksum";
  private static final String[] SHA256 = {"x-amz-Checksum-Algorithm", "SHA256"};

  private final Bench bench;

  EbsService(Bench bench) {
    this.bench = bench;
  }

  static boolean serves(Request request) {
    return request.path().startsWith(PATH);
  }

  Exchange begin(Request request, Round round) {
    String[] path = request.path().substring(PATH.length()).split("/", -1);
    boolean put = request.method().equals("PUT");
    if (path.length == 4 && path[2].equals("blocks")) {
      int index = Integer.parseInt(path[3]);
      return put ? put(request, round, path[1], index) : get(round, path[1], index);
    }
    if (path.length == 3 && path[2].equals("blocks") && !put) {
      return Exchange.of(() -> list(request, round, path[1]));
    }
    if (path.length == 3 && path[1].equals("completion")) {
      return Exchange.of(() -> complete(request, path[2]));
    }
    if (path.length == 1 && request.method().equals("POST")) {
      return Exchange.withBody(this::start);
    }
    return Exchange.of(() -> error("ValidationException", "not served here"));
  }

  // ---- blocks

  private Exchange get(Round round, String id, int index) {
    if (!round.gets().tryTake()) {
      return throttled(round);
    }
    round.tally().gets.increment();
    round.tally().block();
    SourceSnapshot snapshot = bench.source(id);
    if (snapshot == null || !snapshot.has(index)) {
      return Exchange.of(() -> error("ResourceNotFoundException", "no such block"));
    }
    return Exchange.of(
        () ->
            Reply.bytes(200, Reply.BYTES, snapshot.block(index))
                .with("x-amz-Data-Length", "524288", CHECKSUM, snapshot.checksum(index))
                .with(SHA256));
  }

  private Exchange put(Request request, Round round, String id, int index) {
    if (!round.puts().tryTake()) {
      return throttled(round);
    }
    round.tally().puts.increment();
    round.tally().block();
    NewSnapshot snapshot = bench.target(id);
    String checksum = request.header(CHECKSUM).orElse("");
    if (snapshot == null || index >= snapshot.checksums().length()) {
      return Exchange.of(() -> error("ResourceNotFoundException", "no such snapshot"));
    }
    MessageDigest sha256 = round.conditions().check() ? SourceSnapshot.sha256() : null;
    return new Exchange() {
      private int length;

      @Override
      public void take(ByteBuf content) {
        length += content.readableBytes();
        if (sha256 != null) {
          sha256.update(content.nioBuffer());
        }
      }

      @Override
      public Reply reply() {
        if (length != SourceSnapshot.BLOCK_BYTES || (sha256 != null && !sums(sha256, checksum))) {
          return error("ValidationException", "a block of %d bytes is wrong".formatted(length));
        }
        snapshot.checksums().set(index, checksum);
        return Reply.json(201, "{}").with(CHECKSUM, checksum).with(SHA256);
      }
    };
  }

  private static boolean sums(MessageDigest sha256, String checksum) {
    return Base64.getEncoder().encodeToString(sha256.digest()).equals(checksum);
  }

  private static Exchange throttled(Round round) {
    round.tally().throttled.increment();
    return Exchange.of(() -> error("ThrottlingException", "Rate exceeded"));
  }

  // ---- the rest

  private Reply list(Request request, Round round, String id) {
    round.tally().lists.increment();
    SourceSnapshot snapshot = bench.source(id);
    if (snapshot == null) {
      return error("ResourceNotFoundException", "no such snapshot");
    }
    int from =
        Integer.parseInt(
            request.query("pageToken").orElse(request.query("startingBlockIndex").orElse("0")));
    int most = Integer.parseInt(request.query("maxResults").orElse("100"));
    int[] listed = snapshot.listed();
    int begin = Arrays.binarySearch(listed, from);
    begin = begin < 0 ? -begin - 1 : begin;
    int end = Math.min(listed.length, begin + Math.min(most, MAX_RESULTS));
    StringBuilder json = new StringBuilder(100 * (end - begin) + 200).append("{\"Blocks\":[");
    for (int i = begin; i < end; i++) {
      json.append(i > begin ? "," : "")
          .append("{\"BlockIndex\":%d,\"BlockToken\":\"".formatted(listed[i]))
          // As long as a real one.
          .append("AAABAbEnChMaRkToKeN%056d\"}".formatted(listed[i]));
    }
    json.append("],\"BlockSize\":524288,\"ExpiryTime\":4102444800,\"VolumeSize\":")
        .append(snapshot.sizeGiB());
    if (end < listed.length) {
      json.append(",\"NextToken\":\"").append(listed[end]).append('"');
    }
    return Reply.json(200, json.append('}').toString());
  }

  private Reply start(byte[] body) throws IOException {
    Map<String, Object> wanted = JSON.std.mapFrom(body);
    NewSnapshot snapshot = bench.newTarget(((Number) wanted.get("VolumeSize")).intValue());
    return Reply.json(
        201,
        ("{\"SnapshotId\":\"%s\",\"OwnerId\":\"111122223333\",\"Status\":\"pending\","
                + "\"StartTime\":1.7E9,\"VolumeSize\":%d,\"BlockSize\":524288}")
            .formatted(snapshot.id(), snapshot.sizeGiB()));
  }

  private Reply complete(Request request, String id) {
    NewSnapshot snapshot = bench.target(id);
    if (snapshot == null) {
      return error("ResourceNotFoundException", "no such snapshot");
    }
    String linear = snapshot.linear();
    if (!linear.equals(request.header(CHECKSUM).orElse("")) || !bench.isCopyOfSource(linear)) {
      return error("ValidationException", "the blocks of %s are not a source's".formatted(id));
    }
    return Reply.json(202, "{\"Status\":\"completed\"}");
  }

  private static Reply error(String code, String message) {
    int status = code.equals("ResourceNotFoundException") ? 404 : 400;
    return Reply.json(status, "{\"Message\":\"%s\"}".formatted(message))
        .with("x-amzn-ErrorType", code);
  }
}
