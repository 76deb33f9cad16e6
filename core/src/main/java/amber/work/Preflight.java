package amber.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks made before any work, so that all that stands in its way is told at once.
 *
 * <p>A check is what the work itself would do first, and fails as the work would. Not for several
 * threads.
 */
public final class Preflight {

  /** Something that must hold. */
  @FunctionalInterface
  public interface Check {
    /** Fails if it does not hold. */
    void run() throws IOException;
  }

  /**
   * Something that was looked at and is as it should be.
   *
   * @param where what was looked at
   * @param what how it is
   */
  public record Finding(String where, String what) {}

  private final List<IOException> problems = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Makes a check, and remembers if it fails.
   *
   * @return whether it holds, for checks that make sense only then
   * @throws InterruptedIOException if it was interrupted, which says nothing of what it checks
   */
  public boolean check(Check check) throws InterruptedIOException {
    try {
      check.run();
      return true;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      problems.add(e);
      return false;
    }
  }

  /** Remembers what does not stop the work but should be known before. */
  public void warn(String warning) {
    warnings.add(warning);
  }

  /** Remembers what was found, for whoever wants to know what was checked. */
  public void found(String where, String what) {
    findings.add(new Finding(where, what));
  }

  /** What was found, in the order of the checks. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** What should be known, in the order of the checks. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What stands in the way, in the order of the checks. */
  public List<IOException> problems() {
    return List.copyOf(problems);
  }

  /**
   * Ends the checks. Both sides of a run may lack the same, such as credentials: it is told once.
   *
   * @throws PreflightException if several failed; if one did, what it threw
   */
  public void requireClear() throws IOException {
    List<IOException> told = new ArrayList<>();
    for (IOException problem : problems) {
      if (told.stream().noneMatch(known -> isSame(known, problem))) {
        told.add(problem);
      }
    }
    if (told.size() == 1) {
      throw told.get(0);
    }
    if (!told.isEmpty()) {
      throw new PreflightException(told);
    }
  }

  private static boolean isSame(IOException known, IOException problem) {
    return known.getClass() == problem.getClass()
        && String.valueOf(known.getMessage()).equals(problem.getMessage());
  }
}
