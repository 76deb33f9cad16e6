package amber.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client that looks at single bytes sees of the listener. */
class FrontTest {

  private static final int PATIENCE_MILLIS = 20_000;
  private static final String SIGNED =
      "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/here/test/aws4_request, "
          + "SignedHeaders=host, Signature=00\r\n";

  private Front front;

  @BeforeEach
  void start() throws IOException {
    front = Front.start(0, List.of(new Echo()), "here"::equals, Interference.NONE);
  }

  @AfterEach
  void stop() throws IOException {
    front.close();
  }

  @Test
  void requestIsRefusedBeforeItsBodyIsAskedFor() throws Exception {
    assertThat(firstLine("PUT /refuse", SIGNED + "Expect: 100-continue\r\n"))
        .isEqualTo("HTTP/1.1 412 Precondition Failed");
    assertThat(firstLine("PUT /echo", SIGNED + "Expect: 100-continue\r\n"))
        .isEqualTo("HTTP/1.1 100 Continue");
  }

  @Test
  void answersOfAKeptConnectionComeInTurn() throws Exception {
    try (Socket socket = connect()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (int i = 0; i < 3; i++) {
        send(socket, "PUT /echo HTTP/1.1\r\nHost: x\r\n" + SIGNED + "Content-Length: 2\r\n\r\nhi");
        assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
        String line = in.readLine();
        while (!line.isEmpty()) {
          line = in.readLine();
        }
        assertThat("" + (char) in.read() + (char) in.read()).isEqualTo("hi");
      }
    }
  }

  @Test
  void cutEndsTheConnectionWithoutAnAnswer() throws Exception {
    assertThat(firstLine("GET /cut", SIGNED)).isNull();
  }

  @Test
  void unknownRegionAndUnknownServiceAreRefused() throws Exception {
    assertThat(firstLine("GET /echo", SIGNED.replace("/here/", "/there/")))
        .isEqualTo("HTTP/1.1 403 Forbidden");
    assertThat(firstLine("GET /echo", SIGNED.replace("/test/", "/other/")))
        .isEqualTo("HTTP/1.1 403 Forbidden");
  }

  private String firstLine(String request, String headers) throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          request
              + " HTTP/1.1\r\nHost: x\r\n"
              + headers
              + (request.startsWith("PUT") ? "Content-Length: 5\r\n\r\n" : "\r\n"));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), front.endpoint().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static final class Echo implements Service {

    @Override
    public String name() {
      return "test";
    }

    @Override
    public String operation(Request request) {
      return request.target().rawPath();
    }

    @Override
    public Response handle(Request request) throws IOException {
      return switch (request.target().rawPath()) {
        case "/refuse" -> Response.of(412);
        case "/cut" -> throw new CutException("asked for");
        default -> Response.of(200, "text/plain", request.body().readAllBytes());
      };
    }

    @Override
    public Failure failure(Trouble trouble) {
      return Failure.of(403, trouble.name(), "no");
    }

    @Override
    public Response word(Failure failure, String requestId) {
      return Response.of(failure.status());
    }
  }
}
