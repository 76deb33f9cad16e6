package amber.benchmark.server;

import amber.benchmark.server.Bench.Round;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** S3, as far as one object is written in parts and read in ranges. There is every bucket. */
final class S3Service {

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final String CRC = "x-amz-checksum-crc32c";

  private final Path directory;
  private final Map<String, StoredObject> objects = new ConcurrentHashMap<>();
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger lastUpload = new AtomicInteger();

  /** A service that keeps objects as files of this directory. */
  S3Service(Path directory) {
    this.directory = directory;
  }

  Exchange begin(Request request, Round round) throws IOException {
    boolean bucket = request.path().indexOf('/', 1) < 0;
    if (bucket) {
      return Exchange.of(() -> bucket(request));
    }
    return switch (request.method()) {
      case "HEAD" -> Exchange.of(() -> head(request));
      case "GET" ->
          Exchange.of(() -> request.has("uploadId") ? parts(request) : get(request, round));
      case "PUT" -> put(request, round);
      case "POST" ->
          Exchange.of(() -> request.has("uploads") ? create(request, round) : complete(request));
      case "DELETE" -> Exchange.of(() -> delete(request));
      default -> Exchange.of(() -> Reply.s3Error(405, "MethodNotAllowed"));
    };
  }

  private static Reply bucket(Request request) {
    if (request.method().equals("HEAD")) {
      return Reply.of(200);
    }
    return request.has("uploads")
        ? Reply.xml(200, "<ListMultipartUploadsResult/>")
        : Reply.s3Error(501, "NotImplemented");
  }

  // ---- reading

  private Reply head(Request request) {
    StoredObject object = objects.get(request.path());
    return object == null ? Reply.of(404) : described(object, 200).headOf(object.size());
  }

  private static Reply described(StoredObject object, int status) {
    return Reply.of(status)
        .with("ETag", object.etag(), "Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        .with("Accept-Ranges", "bytes")
        .with(object.metadata());
  }

  private Reply get(Request request, Round round) {
    StoredObject object = objects.get(request.path());
    if (object == null || object.content().isEmpty()) {
      return Reply.s3Error(404, "NoSuchKey");
    }
    if (!request.header("If-Match").orElse(object.etag()).equals(object.etag())) {
      return Reply.s3Error(412, "PreconditionFailed");
    }
    round.tally().ranges.increment();
    Matcher range = RANGE.matcher(request.header("Range").orElse("bytes=0-"));
    if (!range.matches()) {
      return Reply.s3Error(416, "InvalidRange");
    }
    long from = Long.parseLong(range.group(1));
    long last = range.group(2).isEmpty() ? object.size() - 1 : Long.parseLong(range.group(2));
    last = Math.min(last, object.size() - 1);
    int length = Math.toIntExact(last - from + 1);
    ByteBuf body = object.content().get().slice(from, length);
    return new Reply(206, Reply.BYTES, described(object, 206).headers(), length, body)
        .with("Content-Range", "bytes %d-%d/%d".formatted(from, last, object.size()));
  }

  // ---- writing

  private Exchange put(Request request, Round round) throws IOException {
    if (!request.has("uploadId")) {
      Upload whole = newUpload(request, round);
      return new Part(request, round, whole, 1) {
        @Override
        public Reply reply() throws IOException {
          Reply reply = super.reply();
          objects.put(request.path(), whole.complete());
          return reply;
        }
      };
    }
    Upload upload = uploads.get(request.query("uploadId").orElseThrow());
    int number = Integer.parseInt(request.query("partNumber").orElse("0"));
    return upload == null
        ? Exchange.of(() -> Reply.s3Error(404, "NoSuchUpload"))
        : new Part(request, round, upload, number);
  }

  /** One part on its way. */
  private static class Part implements Exchange {
    private final Request request;
    private final Upload upload;
    private final int number;
    private final Optional<FileChannel> file;
    private long length;

    Part(Request request, Round round, Upload upload, int number) throws IOException {
      round.tally().parts.increment();
      this.request = request;
      this.upload = upload;
      this.number = number;
      this.file = upload.isKept() ? Optional.of(upload.openPart(number)) : Optional.empty();
    }

    @Override
    public void take(ByteBuf content) throws IOException {
      length += content.readableBytes();
      if (file.isPresent()) {
        content.readBytes(file.get(), length - content.readableBytes(), content.readableBytes());
      }
    }

    @Override
    public Reply reply() throws IOException {
      if (file.isPresent()) {
        file.get().close();
      }
      upload.arrived(number, length);
      Reply reply = Reply.of(200).with("ETag", "\"part-%d-%d\"".formatted(number, length));
      // What the client computed is what the server would have.
      Optional<String> crc = request.header(CRC);
      return crc.isPresent() ? reply.with(CRC, crc.get()) : reply;
    }
  }

  private Upload newUpload(Request request, Round round) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      if (header.getKey().toLowerCase(Locale.ROOT).startsWith("x-amz-meta-")) {
        metadata.put(header.getKey(), header.getValue());
      }
    }
    String id = "upload-%d".formatted(lastUpload.incrementAndGet());
    return new Upload(
        id, metadata, round.conditions().keep() ? Optional.of(directory) : Optional.empty());
  }

  private Reply create(Request request, Round round) {
    Upload upload = newUpload(request, round);
    uploads.put(upload.id(), upload);
    return Reply.xml(
        200,
        "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>%s</UploadId>"
                .formatted(upload.id())
            + "</InitiateMultipartUploadResult>");
  }

  private Reply complete(Request request) throws IOException {
    Upload upload = uploads.remove(request.query("uploadId").orElse(""));
    if (upload == null) {
      return Reply.s3Error(404, "NoSuchUpload");
    }
    StoredObject object = upload.complete();
    Optional<String> announced = request.header("x-amz-mp-object-size");
    if (announced.isPresent() && Long.parseLong(announced.get()) != object.size()) {
      return Reply.s3Error(400, "InvalidRequest");
    }
    objects.put(request.path(), object);
    return Reply.xml(
        200,
        "<CompleteMultipartUploadResult><ETag>%s</ETag></CompleteMultipartUploadResult>"
            .formatted(object.etag()));
  }

  private Reply parts(Request request) {
    Upload upload = uploads.get(request.query("uploadId").orElse(""));
    if (upload == null) {
      return Reply.s3Error(404, "NoSuchUpload");
    }
    StringBuilder xml = new StringBuilder("<ListPartsResult>");
    upload
        .parts()
        .forEach(
            (number, length) ->
                xml.append(
                    "<Part><PartNumber>%d</PartNumber><Size>%d</Size></Part>"
                        .formatted(number, length)));
    return Reply.xml(200, xml.append("</ListPartsResult>").toString());
  }

  private Reply delete(Request request) {
    if (request.has("uploadId")) {
      uploads.remove(request.query("uploadId").orElseThrow());
    } else {
      objects.remove(request.path());
    }
    return Reply.of(204);
  }
}
