package amber.benchmark.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request.
 *
 * @param path without the query
 * @param query each name with its first value
 */
record Request(String method, String path, Map<String, List<String>> query, HttpHeaders headers) {

  static Request of(HttpRequest head) {
    QueryStringDecoder target = new QueryStringDecoder(head.uri());
    return new Request(head.method().name(), target.path(), target.parameters(), head.headers());
  }

  boolean has(String name) {
    return query.containsKey(name);
  }

  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
