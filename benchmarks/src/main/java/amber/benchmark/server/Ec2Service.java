package amber.benchmark.server;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** EC2, as far as snapshots are looked up and deleted. */
final class Ec2Service {

  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

  private final Bench bench;

  Ec2Service(Bench bench) {
    this.bench = bench;
  }

  static boolean serves(Request request) {
    return request.method().equals("POST") && request.path().equals("/");
  }

  Exchange begin() {
    return Exchange.withBody(this::answer);
  }

  private Reply answer(byte[] body) {
    Map<String, List<String>> form =
        new QueryStringDecoder(new String(body, StandardCharsets.UTF_8), false).parameters();
    String action = first(form, "Action");
    String content =
        switch (action) {
          case "DescribeSnapshots" -> describe(form);
          case "DescribeSnapshotAttribute" ->
              "<snapshotId>%s</snapshotId><createVolumePermission/>"
                  .formatted(first(form, "SnapshotId"));
          case "DeleteSnapshot" -> "<return>true</return>";
          default -> null;
        };
    if (content == null) {
      return Reply.xml(
          400,
          ("<Response><Errors><Error><Code>InvalidAction</Code><Message>%s is not served here"
                  + "</Message></Error></Errors><RequestID>0</RequestID></Response>")
              .formatted(action));
    }
    return Reply.xml(
        200,
        "<%1$sResponse xmlns=\"%2$s\"><requestId>0</requestId>%3$s</%1$sResponse>"
            .formatted(action, NAMESPACE, content));
  }

  private String describe(Map<String, List<String>> form) {
    String id = first(form, "SnapshotId.1");
    int sizeGiB = bench.sizeGiB(id);
    boolean shared = form.containsKey("RestorableBy.1");
    if (sizeGiB == 0 || shared) {
      return "<snapshotSet/>";
    }
    return ("<snapshotSet><item><snapshotId>%s</snapshotId><status>completed</status>"
            + "<progress>100%%</progress><ownerId>111122223333</ownerId>"
            + "<volumeSize>%d</volumeSize><encrypted>false</encrypted>"
            + "<startTime>2026-01-01T00:00:00.000Z</startTime><storageTier>standard</storageTier>"
            + "</item></snapshotSet>")
        .formatted(id, sizeGiB);
  }

  private static String first(Map<String, List<String>> form, String name) {
    return form.getOrDefault(name, List.of("")).get(0);
  }
}
