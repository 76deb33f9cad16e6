package archfixture;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Logger;

/** Does what only one stage may do, and what none may, to show that the rules bite. */
public final class Root {

  /** Makes a thread. */
  public Thread thread() {
    return new Thread(() -> {});
  }

  /** Makes threads. */
  public ExecutorService threads() {
    return Executors.newCachedThreadPool();
  }

  /** Speaks to the console. */
  public void print() {
    System.out.println("loud");
  }

  /** Speaks to a log. */
  public void log() {
    Logger.getLogger("loud").info("loud");
  }
}
