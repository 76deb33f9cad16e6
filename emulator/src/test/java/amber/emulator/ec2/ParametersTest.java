package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import amber.emulator.http.FailureException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ParametersTest {

  @Test
  void valuesHaveTheirTypes() throws Exception {
    Parameters parameters =
        Parameters.of(
            Map.of("I", "7", "B", "TRUE", "T", "2026-03-01T12:00:00Z", "S", "x", "E", ""));
    assertThat(parameters.integer("I")).contains(7);
    assertThat(parameters.flag("B")).isTrue();
    assertThat(parameters.flag("C")).isFalse();
    assertThat(parameters.time("T")).contains(Instant.parse("2026-03-01T12:00:00Z"));
    assertThat(parameters.required("S")).isEqualTo("x");
    assertThat(parameters.text("E")).contains("");
    assertThat(parameters.text("F")).isEmpty();
    parameters.done();
  }

  @Test
  void listsAreInTheOrderOfTheirNumbersWhateverTheGaps() {
    Parameters parameters =
        Parameters.of(Map.of("Id.10", "c", "Id.2", "b", "Id.1", "a", "Idle.1", "no"));
    assertThat(parameters.texts("Id")).containsExactly("a", "b", "c");
  }

  @Test
  void structuresAreReadFromWhatIsFlattened() throws Exception {
    Parameters parameters =
        Parameters.of(
            Map.of(
                "Filter.1.Name", "name",
                "Filter.1.Value.1", "x",
                "Filter.1.Value.2", "y",
                "Filter.2.Name", "state",
                "Filter.2.Value.1", "z",
                "P.Q.Value", "deep"));
    List<Parameters> filters = parameters.structures("Filter");
    assertThat(filters).hasSize(2);
    assertThat(filters.get(0).required("Name")).isEqualTo("name");
    assertThat(filters.get(0).texts("Value")).containsExactly("x", "y");
    assertThat(filters.get(1).name("Value")).isEqualTo("Filter.2.Value");
    assertThat(parameters.structure("P").structure("Q").text("Value")).contains("deep");
    assertThat(parameters.structure("P").any()).isTrue();
    assertThat(parameters.structure("R").any()).isFalse();
  }

  @Test
  void whatNobodyAskedForIsRefused() {
    Parameters parameters = Parameters.of(Map.of("A", "1", "Filter.x.Name", "n"));
    assertThat(parameters.structures("Filter")).isEmpty();
    assertThat(parameters.text("A")).contains("1");
    assertThat(code(parameters::done)).isEqualTo("UnknownParameter");
  }

  @Test
  void partsOfASignedAddressAreNoParameters() throws Exception {
    Parameters.of(Map.of("X-Amz-Signature", "00")).done();
  }

  @Test
  void wrongValuesAreRefusedByTheirFullName() {
    Parameters parameters =
        Parameters.of(
            Map.of("S.I", "seven", "S.B", "yes", "S.T", "noon", "S.O", "c", "S.L", "abc"));
    Parameters structure = parameters.structure("S");
    assertThat(code(() -> structure.integer("I"))).isEqualTo("InvalidParameterValue");
    assertThat(code(() -> structure.bool("B"))).isEqualTo("InvalidParameterValue");
    assertThat(code(() -> structure.time("T"))).isEqualTo("InvalidParameterValue");
    assertThat(code(() -> structure.oneOf("O", Set.of("a", "b"))))
        .isEqualTo("InvalidParameterValue");
    assertThat(code(() -> structure.text("L", 2))).isEqualTo("InvalidParameterValue");
    FailureException missing =
        catchThrowableOfType(FailureException.class, () -> structure.required("N"));
    assertThat(missing.failure().code()).isEqualTo("MissingParameter");
    assertThat(missing.failure().message()).endsWith("S.N");
  }

  private static String code(ThrowingCallable call) {
    return catchThrowableOfType(FailureException.class, call).failure().code();
  }
}
