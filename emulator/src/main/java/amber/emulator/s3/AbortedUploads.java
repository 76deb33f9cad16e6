package amber.emulator.s3;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Uploads that were aborted while there is an object of their key, which S3Mock would lose with
 * them. Until the emulator ends, they are hidden instead.
 */
final class AbortedUploads {

  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final Pattern UPLOAD =
      Pattern.compile("<Upload>(?:(?!</Upload>).)*</Upload>", Pattern.DOTALL);
  private static final Pattern UPLOAD_ID =
      Pattern.compile("<UploadId>\\s*([^<\\s]+)\\s*</UploadId>");

  private final Relay relay;
  private final Set<String> hidden = ConcurrentHashMap.newKeySet();

  AbortedUploads(Relay relay) {
    this.relay = relay;
  }

  /** Refuses what is asked of an upload that was aborted. */
  void check(Request request) throws FailureException {
    Optional<String> id = request.target().parameter("uploadId");
    if (id.filter(hidden::contains).isPresent()) {
      throw Uploads.noSuchUpload();
    }
  }

  /** Aborts an upload; nobody completes one of the same key meanwhile. */
  Response abort(URI server, Request request) throws IOException {
    String path = request.target().rawPath();
    String id = request.target().parameter("uploadId").orElse("");
    boolean taken = relay.ask(server, "HEAD", path, List.of()).status() == OK;
    if (taken && relay.ask(server, "GET", path + "?uploadId=" + id, List.of()).status() == OK) {
      hidden.add(id);
      return new Response(NO_CONTENT, List.of(), 0, out -> {});
    }
    return relay.send(server, request, Forwarded.headers(request));
  }

  /** A list of uploads without those that were aborted. */
  Response listed(Response response) throws IOException {
    return hidden.isEmpty() || response.status() != OK
        ? response
        : Texts.rewritten(response, this::without);
  }

  private String without(String xml) {
    return UPLOAD
        .matcher(xml)
        .replaceAll(
            upload -> isHidden(upload.group()) ? "" : Matcher.quoteReplacement(upload.group()));
  }

  private boolean isHidden(String upload) {
    Matcher id = UPLOAD_ID.matcher(upload);
    return id.find() && hidden.contains(id.group(1));
  }
}
