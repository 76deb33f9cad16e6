package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A flow that makes an object with the bytes of an archive; if it seals the archive, one that has
 * the same volumes.
 */
final class FaultsToObject implements FaultFlow {

  private final FaultFlows flows;
  private final String name;
  private final Set<String> services;
  private final List<Object> command;
  private final String bucket;
  private final Path archive;
  private final S3Client s3;

  FaultsToObject(
      FaultFlows flows,
      String name,
      Set<String> services,
      List<Object> command,
      S3Client s3,
      String bucket,
      Path archive) {
    this.flows = flows;
    this.name = name;
    this.services = services;
    this.command = command;
    this.s3 = s3;
    this.bucket = bucket;
    this.archive = archive;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> services() {
    return services;
  }

  @Override
  public Set<String> makes() {
    return Set.of("s3");
  }

  String object(String target) {
    return "s3://" + bucket + "/" + target;
  }

  @Override
  public List<Object> command(String target) {
    List<Object> all = new ArrayList<>(command);
    all.add(object(target));
    return all;
  }

  private boolean sealed() {
    return command.contains("--recipient-kms");
  }

  @Override
  public void requireIdentical(String target) throws IOException {
    if (sealed()) {
      // Salts are drawn anew each time.
      requireSameBlocks(target);
    } else {
      byte[] stored =
          s3.getObject(g -> g.bucket(bucket).key(target), ResponseTransformer.toBytes())
              .asByteArray();
      assertThat(Arrays.equals(stored, Files.readAllBytes(archive))).as("same bytes").isTrue();
      assertThat(uploads()).isEmpty();
    }
  }

  @Override
  public void requireSameBlocks(String target) throws IOException {
    assertThat(volumes(object(target))).isEqualTo(volumes(archive));
    assertThat(uploads()).isEmpty();
  }

  /** Sizes and digests, of an archive that is whole. */
  private Object volumes(Object location) throws IOException {
    List<Object> open = sealed() && location != archive ? List.of("--identity-kms") : List.of();
    List<Object> verify = new ArrayList<>(List.of("verify", location));
    verify.addAll(open);
    flows.succeed(verify);
    List<Object> inspect = new ArrayList<>(List.of("inspect", "--output", "json", location));
    inspect.addAll(open);
    return flows.succeed(inspect).json().get("volumes");
  }

  private List<String> uploads() {
    return s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().stream()
        .map(upload -> "upload of " + upload.key())
        .toList();
  }

  @Override
  public List<String> left(String target) {
    List<String> left = new ArrayList<>(uploads());
    s3.listObjectsV2(l -> l.bucket(bucket)).contents().forEach(o -> left.add(o.key()));
    return left;
  }

  @Override
  public void clean(String target) {
    s3.listObjectsV2(l -> l.bucket(bucket))
        .contents()
        .forEach(o -> s3.deleteObject(d -> d.bucket(bucket).key(o.key())));
    s3.listMultipartUploads(l -> l.bucket(bucket))
        .uploads()
        .forEach(
            u ->
                s3.abortMultipartUpload(a -> a.bucket(bucket).key(u.key()).uploadId(u.uploadId())));
  }
}
