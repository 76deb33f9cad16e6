package amber.cli;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What somebody knows of the image on a raw disk, which has no manifest to say so. */
final class DiskOptions {

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nA raw disk as the source:%n",
      order = 70)
  private Known known = new Known();

  /** The options themselves. */
  static final class Known {
    @Option(
        names = "--architecture",
        paramLabel = "NAME",
        converter = Values.Architecture.class,
        description =
            "i386, x86_64, arm64, x86_64_mac or arm64_mac; 'none' if it shall not be said"
                + " (default: what the disk shows).")
    private String architecture;

    @Option(
        names = "--boot-mode",
        paramLabel = "MODE",
        converter = Values.BootMode.class,
        description =
            "legacy-bios, uefi or uefi-preferred; 'none' if it shall not be said (default: what"
                + " the disk shows).")
    private String bootMode;
  }

  /** By the manifest's names; an empty text is for what shall not be said. */
  Map<String, String> attributes() {
    Map<String, String> given = new LinkedHashMap<>();
    Optional.ofNullable(known.architecture).ifPresent(name -> given.put("architecture", name));
    Optional.ofNullable(known.bootMode).ifPresent(mode -> given.put("bootMode", mode));
    return given;
  }

  /**
   * Refuses them where the source says itself what it is.
   *
   * @throws RefusedException if one of them was given
   */
  static void requireSense(CommandSpec command, Operand from) throws RefusedException {
    boolean isDisk = from instanceof Operand.Local local && !Files.isDirectory(local.path());
    if (!isDisk) {
      Given.refuse(command, Known.class, "a raw disk, anything else says itself what it is");
    }
  }
}
