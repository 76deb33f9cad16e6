package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import amber.emulator.http.FailureException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {

  @ParameterizedTest
  @CsvSource({
    "web*, web-42, true",
    "web*, a web, false",
    "*, '', true",
    "web-?, web-4, true",
    "web-?, web-42, false",
    "web-?, web-😀, true",
    "'web-\\*', 'web-*', true",
    "'web-\\*', web-x, false",
    "'a\\\\b', 'a\\b', true",
    "'a\\b', 'a\\b', true",
    "Web, web, false",
    "a.c, abc, false",
    "(x), (x), true"
  })
  void wildcardsFitAsEc2HasThem(String pattern, String value, boolean fits) throws Exception {
    Map<String, String> form = Map.of("Filter.1.Name", "n", "Filter.1.Value.1", pattern);
    List<Filter> filters = Filter.read(Parameters.of(form));
    assertThat(filters.get(0).passes(Stream.of(value))).isEqualTo(fits);
  }

  @Test
  void moreThanTwoHundredValuesAreRefused() {
    Map<String, String> form = new HashMap<>(Map.of("Filter.1.Name", "n"));
    for (int i = 1; i <= 201; i++) {
      form.put("Filter.1.Value." + i, "v");
    }
    FailureException refusal =
        catchThrowableOfType(FailureException.class, () -> Filter.read(Parameters.of(form)));
    assertThat(refusal.failure().code()).isEqualTo("FilterLimitExceeded");
  }

  @Test
  void filterNeedsAValue() {
    FailureException refusal =
        catchThrowableOfType(
            FailureException.class, () -> Filter.read(Parameters.of(Map.of("Filter.1.Name", "n"))));
    assertThat(refusal.failure().code()).isEqualTo("MissingParameter");
  }
}
