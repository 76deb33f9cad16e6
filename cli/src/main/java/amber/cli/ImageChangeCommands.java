package amber.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands below {@code amber image} that change AMIs. */
final class ImageChangeCommands {

  private ImageChangeCommands() {}

  /** What they have in common. */
  abstract static class Change implements Callable<Integer> {

    private final Console console;

    @Mixin private ImageTargets targets;

    @Mixin private AwsOptions aws;

    @Mixin private CommonOptions common;

    Change(Console console) {
      this.console = console;
    }

    /** What is to be done. */
    abstract ImageVerb verb() throws RefusedException;

    @Override
    public final Integer call() throws IOException {
      ImageVerb verb = verb();
      try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
        return new ImageRun(console, common, targets, verb).run(side);
      }
    }
  }

  /** {@code amber image deprecate}. */
  @Command(
      name = "deprecate",
      abbreviateSynopsis = true,
      header = {
        "Lets AMIs drop out of others' lists from a time on; who has an id goes on launching it.",
        "",
        "  amber image deprecate --in 30d ami-0abc123def4567890",
        "  amber image deprecate --at 2030-01-31T00:00:00Z --filter 'name=web-*' --yes",
        ""
      })
  static final class Deprecate extends Change {

    private static final int MOST_YEARS = 10;

    @ArgGroup(multiplicity = "1")
    private When when;

    /** One of them. */
    private static final class When {
      @Option(
          names = "--at",
          paramLabel = "TIME",
          converter = Values.Time.class,
          description = "From when on: 2030-01-31T00:00:00Z; EC2 rounds it to the minute.")
      private Instant at;

      @Option(
          names = "--in",
          paramLabel = "SPAN",
          converter = Values.Span.class,
          description = "In how long: 2min, 36h, 30d, 26w or 1y.")
      private Duration in;
    }

    Deprecate(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() throws RefusedException {
      Instant now = Instant.now();
      Instant at = when.at == null ? now.plus(when.in) : when.at;
      Instant latest = now.atOffset(ZoneOffset.UTC).plusYears(MOST_YEARS).toInstant();
      if (at.isBefore(now) || at.isAfter(latest)) {
        throw RefusedException.usage(
            "%s: is %s, should be from now on, and at most ten years ahead"
                .formatted(at, at.isBefore(now) ? "past" : "too late"),
            "for as soon as can be: --in 2min");
      }
      return new ImageChangeVerb.Deprecating(at);
    }
  }

  /** {@code amber image undeprecate}. */
  @Command(
      name = "undeprecate",
      abbreviateSynopsis = true,
      header = {"Takes the deprecation of AMIs back.", ""})
  static final class Undeprecate extends Change {

    Undeprecate(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() {
      return new ImageChangeVerb.Undeprecating();
    }
  }

  /** {@code amber image disable}. */
  @Command(
      name = "disable",
      abbreviateSynopsis = true,
      header = {
        "Lets nobody launch AMIs, and takes their sharing away, for good.",
        "",
        "  amber image disable ami-0abc123def4567890",
        "  amber image disable --older-than 1y --never-launched",
        ""
      })
  static final class Disable extends Change {

    @Option(
        names = "--allow-references",
        description = "Also AMIs that launch templates, parameters or recipes name.")
    private boolean allowReferences;

    Disable(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() {
      return new ImageChangeVerb.Disabling(allowReferences);
    }
  }

  /** {@code amber image enable}. */
  @Command(
      name = "enable",
      abbreviateSynopsis = true,
      header = {"Lets AMIs be launched again by their owner; sharing does not come back.", ""})
  static final class Enable extends Change {

    Enable(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() {
      return new ImageChangeVerb.Enabling();
    }
  }

  /** {@code amber image protect}. */
  @Command(
      name = "protect",
      abbreviateSynopsis = true,
      header = {"Protects AMIs from being deregistered.", ""})
  static final class Protect extends Change {

    @Option(
        names = "--cooldown",
        description = "For 24 hours more when the protection is taken off.")
    private boolean cooldown;

    Protect(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() {
      return new ImageChangeVerb.Protecting(cooldown);
    }
  }

  /** {@code amber image unprotect}. */
  @Command(
      name = "unprotect",
      abbreviateSynopsis = true,
      header = {"Takes the protection of AMIs off.", ""})
  static final class Unprotect extends Change {

    Unprotect(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() {
      return new ImageChangeVerb.Unprotecting();
    }
  }

  /** {@code amber image deregister}. */
  @Command(
      name = "deregister",
      abbreviateSynopsis = true,
      header = {
        "Takes AMIs away, and with --delete-snapshots their snapshots, too.",
        "",
        "  amber image deregister --dry-run --delete-snapshots ami-0abc123def4567890",
        "  amber image deregister --tag stage=test --older-than 90d --yes",
        ""
      },
      description = {
        "Snapshots that another AMI uses stay in any case. What becomes of each is told;",
        "the exit code is 1 if one stays that should not.",
        ""
      })
  static final class Deregister extends Change {

    @Option(
        names = "--delete-snapshots",
        description = "Delete their snapshots, but for those that another AMI uses.")
    private boolean deleteSnapshots;

    @Option(
        names = "--allow-references",
        description = "Also AMIs that launch templates, parameters or recipes name.")
    private boolean allowReferences;

    Deregister(Console console) {
      super(console);
    }

    @Override
    ImageVerb verb() {
      return new ImageDeregisterVerb(deleteSnapshots, allowReferences);
    }
  }
}
