package amber.emulator.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Makes all threads that the emulator starts itself. Every one of them is a daemon. */
public final class Threads {

  // A request holds a thread while it is delayed on purpose, so this is also how many may be.
  private static final int MOST_REQUESTS = 512;

  private Threads() {}

  static QueuedThreadPool forListener() {
    QueuedThreadPool pool = new QueuedThreadPool(MOST_REQUESTS, 8);
    pool.setName("emulator");
    pool.setDaemon(true);
    // When the pool is stopped, the requests have been waited for already.
    pool.setStopTimeout(0);
    return pool;
  }

  /** Threads that come when they are needed and go when they are not. */
  public static ExecutorService asNeeded(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE, // Bounded by the requests that the listener takes at once.
        5,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
