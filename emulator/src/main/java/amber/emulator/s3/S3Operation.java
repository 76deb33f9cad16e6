package amber.emulator.s3;

import amber.emulator.http.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tells which operation of S3 a request is: by its method, its parameters and its headers. */
final class S3Operation {

  private static final Map<String, String> VERBS =
      Map.of("GET", "Get", "PUT", "Put", "DELETE", "Delete", "POST", "Post", "HEAD", "Head");

  private static final Map<String, String> UPLOADS =
      Map.of(
          "PUT", "UploadPart",
          "POST", "CompleteMultipartUpload",
          "DELETE", "AbortMultipartUpload",
          "GET", "ListParts");

  private static final List<String> SUBRESOURCES =
      List.of(
          "tagging",
          "acl",
          "attributes",
          "retention",
          "legal-hold",
          "object-lock",
          "location",
          "versioning",
          "lifecycle",
          "policy",
          "encryption",
          "cors",
          "notification",
          "ownershipControls",
          "publicAccessBlock");

  private S3Operation() {}

  static String of(Request request) {
    S3Target target = S3Target.of(request);
    Set<String> query = request.target().query().keySet();
    String method = request.method();
    if (target.isService()) {
      return "ListBuckets";
    }
    for (String sub : SUBRESOURCES) {
      if (query.contains(sub)) {
        return VERBS.getOrDefault(method, method)
            + (target.isObject() ? "Object" : "Bucket")
            + camel(sub);
      }
    }
    return target.isObject() ? ofObject(request, query) : ofBucket(method, request, query);
  }

  private static String ofBucket(String method, Request request, Set<String> query) {
    return switch (method) {
      case "PUT" -> "CreateBucket";
      case "DELETE" -> "DeleteBucket";
      case "HEAD" -> "HeadBucket";
      case "POST" -> query.contains("delete") ? "DeleteObjects" : "PostObject";
      default -> listing(request, query);
    };
  }

  private static String listing(Request request, Set<String> query) {
    if (query.contains("uploads")) {
      return "ListMultipartUploads";
    }
    if (query.contains("versions")) {
      return "ListObjectVersions";
    }
    return request.target().parameter("list-type").isPresent() ? "ListObjectsV2" : "ListObjects";
  }

  private static String ofObject(Request request, Set<String> query) {
    String method = request.method();
    boolean copy = request.header("x-amz-copy-source").isPresent();
    if (query.contains("uploadId")) {
      String name = UPLOADS.getOrDefault(method, method);
      return copy && name.equals("UploadPart") ? "UploadPartCopy" : name;
    }
    if (method.equals("POST")) {
      return query.contains("uploads") ? "CreateMultipartUpload" : posted(query);
    }
    return copy && method.equals("PUT")
        ? "CopyObject"
        : VERBS.getOrDefault(method, method) + "Object";
  }

  private static String posted(Set<String> query) {
    return query.contains("restore") ? "RestoreObject" : "PostObject";
  }

  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    Arrays.stream(name.split("-", -1))
        .forEach(
            word ->
                camel
                    .append(word.substring(0, 1).toUpperCase(Locale.ROOT))
                    .append(word.substring(1)));
    return camel.toString();
  }
}
