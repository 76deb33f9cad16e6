package amber.emulator;

import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.fault.Faults;
import amber.emulator.s3.S3Rules;
import java.time.Clock;
import java.util.List;

/**
 * How an emulator behaves.
 *
 * @param port the port on loopback, or 0 for any that is free
 * @param clock the time that tokens, timeouts and states go by
 * @param ebs what may be set of EBS direct
 * @param ec2 what may be set of EC2
 * @param s3 what may be set of S3
 * @param seed decides what the faults leave to chance
 * @param faults rules of misbehaviour, as {@link Faults} describes them
 */
public record EmulatorOptions(
    int port, Clock clock, EbsRules ebs, Ec2Rules ec2, S3Rules s3, long seed, List<String> faults) {

  /** Copies the list. */
  public EmulatorOptions {
    faults = List.copyOf(faults);
  }

  /** Any free port, the real time, and no misbehaviour. */
  public static final EmulatorOptions DEFAULT =
      new EmulatorOptions(
          0, Clock.systemUTC(), EbsRules.DEFAULT, Ec2Rules.DEFAULT, S3Rules.DEFAULT, 0, List.of());

  /** The same on a certain port. */
  public EmulatorOptions withPort(int newPort) {
    return new EmulatorOptions(newPort, clock, ebs, ec2, s3, seed, faults);
  }

  /** The same with another time. */
  public EmulatorOptions withClock(Clock newClock) {
    return new EmulatorOptions(port, newClock, ebs, ec2, s3, seed, faults);
  }

  /** The same with other rules for EBS direct. */
  public EmulatorOptions withEbs(EbsRules rules) {
    return new EmulatorOptions(port, clock, rules, ec2, s3, seed, faults);
  }

  /** The same with other rules for EC2. */
  public EmulatorOptions withEc2(Ec2Rules rules) {
    return new EmulatorOptions(port, clock, ebs, rules, s3, seed, faults);
  }

  /** The same with other rules for S3. */
  public EmulatorOptions withS3(S3Rules rules) {
    return new EmulatorOptions(port, clock, ebs, ec2, rules, seed, faults);
  }

  /** The same with these rules of misbehaviour. */
  public EmulatorOptions withFaults(long newSeed, List<String> rules) {
    return new EmulatorOptions(port, clock, ebs, ec2, s3, newSeed, rules);
  }
}
