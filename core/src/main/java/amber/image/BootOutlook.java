package amber.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which mode instances of an image start, and whether they do: by the image's boot mode, the
 * kind of instance type, and what the system on its disk is made for.
 *
 * <p>What EC2 does is in "Launch an instance with boot mode" and "Amazon EC2 instance boot modes"
 * of the EC2 user guide. Not all combinations are told there; the others follow from two sentences
 * of it: without a boot mode, Graviton types start by UEFI and all others by legacy BIOS; and a
 * boot mode does not change the system.
 *
 * @param bootMode as the image has it: {@code legacy-bios}, {@code uefi}, {@code uefi-preferred},
 *     or none
 * @param architecture as the image has it, or none if that is not known
 * @param madeFor what the system on its disk is made for
 */
public record BootOutlook(
    Optional<String> bootMode, Optional<String> architecture, MadeFor madeFor) {

  /** What a system on a disk is made to be started by. */
  public enum MadeFor {
    /** Nobody has looked. */
    UNKNOWN,
    /** By a PC's BIOS alone. */
    LEGACY_BIOS,
    /** By UEFI alone. */
    UEFI,
    /** By either. */
    BOTH
  }

  /** Kinds of instance types, by how they can start. */
  public enum Kind {
    /** Intel and AMD types that can do both. */
    X86_NITRO("x86-nitro", "Intel and AMD, most types"),
    /** Intel and AMD types that know no UEFI. */
    X86_LEGACY("x86-legacy", "Intel and AMD without UEFI"),
    /** Arm types, which know nothing but UEFI. */
    GRAVITON("graviton", "Graviton");

    private final String id;
    private final String text;

    Kind(String id, String text) {
      this.id = id;
      this.text = text;
    }

    /** For programs. */
    public String id() {
      return id;
    }

    /** For people. */
    public String text() {
      return text;
    }
  }

  /** What comes of a start. */
  public enum Result {
    /** The instance starts by UEFI. */
    UEFI,
    /** The instance starts by legacy BIOS. */
    LEGACY_BIOS,
    /** The instance is launched, and finds nothing that it could start. */
    NOTHING_TO_START,
    /** EC2 launches no such instance. */
    REFUSED
  }

  /**
   * What an instance of some kind would do.
   *
   * @param result if the system is made for what its mode needs
   * @param otherwise what comes of it if the system is not; the same where nobody has to ask
   */
  public record Start(Kind kind, Result result, Result otherwise) {

    /** The mode in which it starts, if it starts whatever the system is made for. */
    public Optional<String> mode() {
      return result == otherwise ? name(result) : Optional.empty();
    }

    /** In words, such as {@code uefi} or {@code not: EC2 refuses such types}. */
    public String text() {
      if (result == otherwise) {
        return words(result);
      }
      String known = name(result).orElse("");
      return name(otherwise)
          .map(other -> "%s, or %s if its system starts by that alone".formatted(known, other))
          .orElseGet(() -> known + ", if its system can start so");
    }

    private static Optional<String> name(Result result) {
      return switch (result) {
        case UEFI -> Optional.of("uefi");
        case LEGACY_BIOS -> Optional.of("legacy-bios");
        default -> Optional.empty();
      };
    }

    private static String words(Result result) {
      return switch (result) {
        case UEFI -> "uefi";
        case LEGACY_BIOS -> "legacy-bios";
        case NOTHING_TO_START -> "not: its system does not start in the mode of these types";
        case REFUSED -> "not: EC2 launches no such types in its boot mode";
      };
    }
  }

  private record Case(String bootMode, MadeFor madeFor, Kind kind) {}

  private static final String ABSENT = "absent";
  private static final String LEGACY_BIOS = "legacy-bios";
  private static final String UEFI = "uefi";
  private static final String PREFERRED = "uefi-preferred";

  private static final Map<Case, Result> TABLE = table();

  private static Map<Case, Result> table() {
    Map<Case, Result> table = new HashMap<>();
    // The rows of the user guide.
    put(table, UEFI, MadeFor.UEFI, Result.UEFI, Result.REFUSED, Result.UEFI);
    put(
        table,
        LEGACY_BIOS,
        MadeFor.LEGACY_BIOS,
        Result.LEGACY_BIOS,
        Result.LEGACY_BIOS,
        Result.REFUSED);
    put(table, PREFERRED, MadeFor.UEFI, Result.UEFI, Result.NOTHING_TO_START, Result.UEFI);
    put(
        table,
        PREFERRED,
        MadeFor.LEGACY_BIOS,
        Result.LEGACY_BIOS,
        Result.LEGACY_BIOS,
        Result.NOTHING_TO_START);
    put(
        table,
        ABSENT,
        MadeFor.LEGACY_BIOS,
        Result.LEGACY_BIOS,
        Result.LEGACY_BIOS,
        Result.NOTHING_TO_START);
    // Without a boot mode, only Graviton starts by UEFI.
    put(table, ABSENT, MadeFor.UEFI, Result.NOTHING_TO_START, Result.NOTHING_TO_START, Result.UEFI);
    // A system that is not made for the boot mode that its image has.
    put(
        table,
        UEFI,
        MadeFor.LEGACY_BIOS,
        Result.NOTHING_TO_START,
        Result.REFUSED,
        Result.NOTHING_TO_START);
    put(
        table,
        LEGACY_BIOS,
        MadeFor.UEFI,
        Result.NOTHING_TO_START,
        Result.NOTHING_TO_START,
        Result.REFUSED);
    return table;
  }

  private static void put(
      Map<Case, Result> table,
      String bootMode,
      MadeFor madeFor,
      Result nitro,
      Result legacy,
      Result graviton) {
    table.put(new Case(bootMode, madeFor, Kind.X86_NITRO), nitro);
    table.put(new Case(bootMode, madeFor, Kind.X86_LEGACY), legacy);
    table.put(new Case(bootMode, madeFor, Kind.GRAVITON), graviton);
  }

  /**
   * Of an image; nothing if neither its boot mode nor its architecture is known, or if the boot
   * mode is none that EC2 had when this was written.
   */
  public static Optional<BootOutlook> of(Image image, MadeFor madeFor) {
    return of(image.text("bootMode"), image.text("architecture"), madeFor);
  }

  /** The same of an image of which no more than this is known. */
  public static Optional<BootOutlook> of(
      Optional<String> bootMode, Optional<String> architecture, MadeFor madeFor) {
    BootOutlook outlook = new BootOutlook(bootMode, architecture, madeFor);
    boolean isKnown = outlook.bootMode.isPresent() || outlook.architecture.isPresent();
    return isKnown && outlook.isInTable() ? Optional.of(outlook) : Optional.empty();
  }

  private boolean isInTable() {
    return TABLE.containsKey(new Case(parameter(), MadeFor.UEFI, Kind.GRAVITON));
  }

  private String parameter() {
    return bootMode.orElse(ABSENT);
  }

  /** What the kinds of instance types that fit to the architecture would do. */
  public List<Start> starts() {
    List<Start> starts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (fits(kind)) {
        starts.add(start(kind));
      }
    }
    return starts;
  }

  /** Mac instances start as Macs do, and the table does not tell of them. */
  private boolean fits(Kind kind) {
    return switch (architecture.orElse("")) {
      case "arm64" -> kind == Kind.GRAVITON;
      case "i386", "x86_64" -> kind != Kind.GRAVITON;
      case "" -> true;
      default -> false;
    };
  }

  private Start start(Kind kind) {
    Result uefi = TABLE.get(new Case(parameter(), MadeFor.UEFI, kind));
    Result legacy = TABLE.get(new Case(parameter(), MadeFor.LEGACY_BIOS, kind));
    return switch (madeFor) {
      case UEFI -> new Start(kind, uefi, uefi);
      case LEGACY_BIOS -> new Start(kind, legacy, legacy);
      case BOTH -> {
        Result any = starts(uefi) ? uefi : legacy;
        yield new Start(kind, any, any);
      }
      case UNKNOWN ->
          starts(uefi) || !starts(legacy)
              ? new Start(kind, uefi, legacy)
              : new Start(kind, legacy, uefi);
    };
  }

  private static boolean starts(Result result) {
    return result == Result.UEFI || result == Result.LEGACY_BIOS;
  }
}
