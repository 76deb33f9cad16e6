package amber.cli;

import com.github.luben.zstd.util.ZstdVersion;
import picocli.CommandLine.IVersionProvider;

/** Which version this is, and of what it is made. */
final class Version implements IVersionProvider {

  /** What archives say made them. */
  static String tool() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "amber " + (version == null ? "development" : version);
  }

  /** Which zstd makes the frames. */
  static String zstd() {
    return ZstdVersion.VERSION.replaceFirst("-.*", "");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "%s (zstd %s, Java %s)".formatted(tool(), zstd(), Runtime.version().feature())
    };
  }
}
