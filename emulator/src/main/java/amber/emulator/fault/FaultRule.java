package amber.emulator.fault;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One rule of a fault script: which calls it is about, and what happens to them.
 *
 * @param text the rule as written
 * @param service the service's signing name, or {@code *}
 * @param operation the operation's name, or {@code *}
 * @param when which of those calls
 * @param action what happens
 */
record FaultRule(String text, String service, String operation, When when, Action action) {

  /**
   * Which calls of an operation a rule is about. All that is given must hold.
   *
   * @param nth only this one, counted from 1
   * @param every every so many-th
   * @param first only as many from the first on
   * @param after none of as many from the first on
   * @param afterPart only those of parts of an upload with a higher number
   * @param probability as often as this, between 0 and 1
   */
  record When(
      Optional<Long> nth,
      Optional<Long> every,
      Optional<Long> first,
      Optional<Long> after,
      Optional<Long> afterPart,
      Optional<Double> probability) {

    boolean holds(long call, OptionalLong part, double chance) {
      return nth.map(n -> n == call).orElse(true)
          && every.map(n -> call % n == 0).orElse(true)
          && first.map(n -> call <= n).orElse(true)
          && after.map(n -> call > n).orElse(true)
          && afterPart.map(n -> part.isPresent() && part.getAsLong() > n).orElse(true)
          && probability.map(p -> chance < p).orElse(true);
    }
  }

  boolean concerns(String calledService, String calledOperation) {
    return (service.equals("*") || service.equals(calledService))
        && (operation.equals("*") || operation.equals(calledOperation));
  }
}
