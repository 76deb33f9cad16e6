package amber.emulator;

import java.time.Clock;

/**
 * How an emulator behaves.
 *
 * @param port the port on loopback, or 0 for any that is free
 * @param clock the time that tokens, timeouts and states go by
 */
public record EmulatorOptions(int port, Clock clock) {

  /** Any free port, the real time, and no misbehaviour. */
  public static final EmulatorOptions DEFAULT = new EmulatorOptions(0, Clock.systemUTC());

  /** The same on a certain port. */
  public EmulatorOptions withPort(int newPort) {
    return new EmulatorOptions(newPort, clock);
  }

  /** The same with another time. */
  public EmulatorOptions withClock(Clock newClock) {
    return new EmulatorOptions(port, newClock);
  }
}
