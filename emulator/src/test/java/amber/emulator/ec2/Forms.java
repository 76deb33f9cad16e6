package amber.emulator.ec2;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Sends forms as they are, to say what no SDK would. */
final class Forms {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Forms() {}

  /** Posts {@code Action=…} and more, given as name and value by turns. */
  static HttpResponse<String> post(URI endpoint, String region, String... pairs)
      throws IOException, InterruptedException {
    StringBuilder form = new StringBuilder("Version=2016-11-15");
    for (int at = 0; at < pairs.length; at += 2) {
      form.append('&').append(encode(pairs[at])).append('=').append(encode(pairs[at + 1]));
    }
    return send(endpoint, region, form.toString());
  }

  static HttpResponse<String> send(URI endpoint, String region, String form)
      throws IOException, InterruptedException {
    return send(endpoint, region, "ec2", form);
  }

  static HttpResponse<String> send(URI endpoint, String region, String service, String form)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/"
                    + region
                    + "/"
                    + service
                    + "/aws4_request, SignedHeaders=host, Signature=00")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
