package amber.emulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;

/** Turns Jetty's requests into ours and our answers into Jetty's, cuts included. */
final class FrontHandler extends Handler.Abstract {

  // A client that is still sending would meet a reset connection instead of the answer.
  private static final long MOST_DRAINED = 16 << 20;

  private final Dispatch dispatch;

  FrontHandler(Dispatch dispatch) {
    this.dispatch = dispatch;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    try (InputStream body = Content.Source.asInputStream(request)) {
      String path = Optional.ofNullable(request.getHttpURI().getPath()).orElse("/");
      String query = Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
      Response answer =
          dispatch.answer(request.getMethod(), Target.of(path, query), headers(request), body);
      if (!request.getHeaders().contains(HttpHeader.EXPECT)) {
        drain(body);
      }
      send(answer, response, request.getMethod().equals("HEAD"));
      callback.succeeded();
    } catch (IOException | RuntimeException e) {
      // Either asked for, or the client is gone: in both cases nothing more can be said.
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(e);
    }
    return true;
  }

  private static List<Header> headers(org.eclipse.jetty.server.Request request) {
    List<Header> headers = new ArrayList<>();
    for (HttpField field : request.getHeaders()) {
      headers.add(new Header(field.getName(), Optional.ofNullable(field.getValue()).orElse("")));
    }
    return headers;
  }

  private static void drain(InputStream body) throws IOException {
    byte[] buffer = new byte[8192];
    long left = MOST_DRAINED;
    int read = 0;
    while (left > 0 && read >= 0) {
      read = body.read(buffer);
      left -= read;
    }
  }

  private static void send(
      Response answer, org.eclipse.jetty.server.Response response, boolean head)
      throws IOException {
    response.setStatus(answer.status());
    for (Header header : answer.headers()) {
      response.getHeaders().add(header.name(), header.value());
    }
    if (answer.length() != Response.UNKNOWN && answer.status() != 204) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length());
    }
    if (!head && answer.length() != 0) {
      try (OutputStream out = Content.Sink.asOutputStream(response)) {
        answer.body().writeTo(out);
      }
    }
  }
}
