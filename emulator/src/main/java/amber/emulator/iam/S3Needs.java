package amber.emulator.iam;

import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Target;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * S3: few operations are called like their actions. The Amazon S3 User Guide, "Required permissions
 * for Amazon S3 API operations", has the table.
 */
final class S3Needs implements Needs {

  private static final String GET = "s3:GetObject";
  private static final String PUT = "s3:PutObject";
  private static final String COPY_SOURCE = "x-amz-copy-source";
  private static final String ENCRYPTION = "x-amz-server-side-encryption";
  private static final String KEY = ENCRYPTION + "-aws-kms-key-id";

  private static final Map<String, String> ON_OBJECTS =
      Map.ofEntries(
          Map.entry("HeadObject", GET),
          Map.entry("GetObject", GET),
          Map.entry("GetObjectTagging", "s3:GetObjectTagging"),
          Map.entry("PutObjectTagging", "s3:PutObjectTagging"),
          Map.entry("PutObject", PUT),
          Map.entry("CopyObject", PUT),
          Map.entry("CreateMultipartUpload", PUT),
          Map.entry("UploadPart", PUT),
          Map.entry("UploadPartCopy", PUT),
          Map.entry("CompleteMultipartUpload", PUT),
          Map.entry("AbortMultipartUpload", "s3:AbortMultipartUpload"),
          Map.entry("ListParts", "s3:ListMultipartUploadParts"),
          Map.entry("DeleteObject", "s3:DeleteObject"),
          Map.entry("RestoreObject", "s3:RestoreObject"));

  private static final Map<String, String> ON_BUCKETS =
      Map.of(
          "HeadBucket", "s3:ListBucket",
          "ListObjects", "s3:ListBucket",
          "ListObjectsV2", "s3:ListBucket",
          "ListMultipartUploads", "s3:ListBucketMultipartUploads",
          "GetBucketLocation", "s3:GetBucketLocation",
          "GetBucketObjectLock", "s3:GetBucketObjectLockConfiguration");

  private final World world;

  /** By what objects were encrypted when they were begun: S3Mock forgets it of those in parts. */
  private final Map<String, String> keys = new ConcurrentHashMap<>();

  S3Needs(World world) {
    this.world = world;
  }

  @Override
  public String service() {
    return "s3";
  }

  @Override
  public List<Need> before(String operation, Request request) throws IOException {
    Place place = place(request);
    List<Need> needs = new ArrayList<>();
    if (ON_OBJECTS.containsKey(operation)) {
      needs.add(place.object(ON_OBJECTS.get(operation)));
    } else {
      needs.add(place.bucket(ON_BUCKETS.getOrDefault(operation, "s3:" + operation)));
    }
    request.header(COPY_SOURCE).ifPresent(source -> needs.add(place.source(GET, source)));
    has(request, "x-amz-tagging", () -> needs.add(place.object("s3:PutObjectTagging")));
    has(request, "x-amz-object-lock-mode", () -> needs.add(place.object("s3:PutObjectRetention")));
    has(
        request,
        "x-amz-object-lock-legal-hold",
        () -> needs.add(place.object("s3:PutObjectLegalHold")));
    Optional<String> key = request.header(KEY);
    if (key.isPresent()) {
      // An upload in parts reads what it has written.
      needs.add(Need.of("kms:GenerateDataKey", key.get()));
      needs.add(Need.of("kms:Decrypt", key.get()));
      keys.put(place.object(PUT).resource(), key.get());
    }
    return needs;
  }

  private static void has(Request request, String header, Runnable then) {
    if (request.header(header).isPresent()) {
      then.run();
    }
  }

  @Override
  public List<Need> after(String operation, Request request, Response response) throws IOException {
    Place place = place(request);
    if (operation.equals("HeadObject") && response.status() == 404) {
      // Who may not list a bucket is not told what is not there.
      return List.of(place.bucket("s3:ListBucket"));
    }
    Optional<String> key = Optional.ofNullable(keys.get(place.object(GET).resource()));
    return operation.equals("GetObject") && key.isPresent()
        ? List.of(Need.of("kms:Decrypt", key.get()))
        : List.of();
  }

  private Place place(Request request) throws IOException {
    Region region = world.region(request.scope().region());
    return Place.of(
        "arn:" + region.partition().id() + ":s3:::",
        request.target().rawPath(),
        Map.of("aws:ResourceAccount", Set.of(region.accountId())));
  }

  /** A bucket, and a key where there is one. */
  private record Place(String prefix, String path, Map<String, Set<String>> context) {

    static Place of(String prefix, String rawPath, Map<String, Set<String>> context) {
      String path = Target.decode(rawPath, false);
      return new Place(prefix, path.startsWith("/") ? path.substring(1) : path, context);
    }

    Need object(String action) {
      return new Need(action, prefix + path, context);
    }

    Need bucket(String action) {
      int slash = path.indexOf('/');
      return new Need(action, prefix + (slash < 0 ? path : path.substring(0, slash)), context);
    }

    Need source(String action, String header) {
      int query = header.indexOf('?');
      return of(prefix, query < 0 ? header : header.substring(0, query), context).object(action);
    }
  }
}
