package amber.emulator;

import amber.emulator.ebs.EbsRules;
import java.time.Clock;

/**
 * How an emulator behaves.
 *
 * @param port the port on loopback, or 0 for any that is free
 * @param clock the time that tokens, timeouts and states go by
 * @param ebs what may be set of EBS direct
 */
public record EmulatorOptions(int port, Clock clock, EbsRules ebs) {

  /** Any free port, the real time, and no misbehaviour. */
  public static final EmulatorOptions DEFAULT =
      new EmulatorOptions(0, Clock.systemUTC(), EbsRules.DEFAULT);

  /** The same on a certain port. */
  public EmulatorOptions withPort(int newPort) {
    return new EmulatorOptions(newPort, clock, ebs);
  }

  /** The same with another time. */
  public EmulatorOptions withClock(Clock newClock) {
    return new EmulatorOptions(port, newClock, ebs);
  }

  /** The same with other rules for EBS direct. */
  public EmulatorOptions withEbs(EbsRules rules) {
    return new EmulatorOptions(port, clock, rules);
  }
}
