package amber.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks made before any work, so that all that stands in its way is told at once.
 *
 * <p>A check is what the work itself would do first, and fails as the work would. For one thread;
 * checks that run side by side ({@link #together}) each get a preflight of their own.
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

  /** Checks that need none of the others beside them. */
  @FunctionalInterface
  public interface Part {
    /**
     * Makes the checks.
     *
     * @param part is told what comes of them
     */
    void run(Preflight part) throws InterruptedIOException;
  }

  // Most of a check is waiting for an answer; nobody has so many that more would matter.
  private static final int MOST_THREADS = 16;

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

  /**
   * Makes checks side by side. What comes of them is remembered in the order in which they are
   * given, whichever ends first.
   *
   * @throws InterruptedIOException if it was interrupted; the checks that still run are stopped
   */
  public void together(List<? extends Part> parts) throws InterruptedIOException {
    if (parts.size() < 2) {
      for (Part part : parts) {
        part.run(this);
      }
      return;
    }
    int threads = Math.min(parts.size(), MOST_THREADS);
    try (WorkAhead<Part, Preflight> checks =
        new WorkAhead<>(parts.iterator(), threads, threads, Running::new)) {
      while (checks.hasNext()) {
        Preflight next = checks.next();
        problems.addAll(next.problems);
        findings.addAll(next.findings);
        warnings.addAll(next.warnings);
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      // No check takes that long.
      problems.add(e);
    }
  }

  /** One thread's share of the checks. */
  private static final class Running implements Worker<Part, Preflight> {

    @Override
    public Preflight run(Part part) throws InterruptedIOException {
      Preflight own = new Preflight();
      part.run(own);
      return own;
    }

    @Override
    public void close() {
      // It has nothing of its own.
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
