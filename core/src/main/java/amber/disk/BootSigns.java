package amber.disk;

import amber.image.BootOutlook.MadeFor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a disk shows of how it starts, and what follows from that for an image of it. What follows
 * is a proposal: a loader may be there and not work.
 *
 * @param layout how the disk is parted
 * @param isIso whether it is an optical disc's image, too
 * @param biosBoot whether a PC's BIOS finds something to start
 * @param efiLoaders what UEFI finds to start: the architecture of each loader, by path
 * @param found what was seen, in words
 * @param doubts what is not as it should be, in words
 */
public record BootSigns(
    Layout layout,
    boolean isIso,
    boolean biosBoot,
    SortedMap<String, String> efiLoaders,
    List<String> found,
    List<String> doubts) {

  /** How a disk is parted. */
  public enum Layout {
    /** By no table: it is empty, or one file system, or holds data. */
    NONE("none", "no partition table"),
    /** By a PC's table of four. */
    MBR("mbr", "MBR"),
    /** By a GUID partition table. */
    GPT("gpt", "GPT");

    private final String id;
    private final String text;

    Layout(String id, String text) {
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

  private static final String X86_64 = "x86_64";
  private static final String ARM64 = "arm64";

  /** Copies the lists. */
  public BootSigns {
    efiLoaders = new TreeMap<>(efiLoaders);
    found = List.copyOf(found);
    doubts = List.copyOf(doubts);
  }

  /** Those of a disk that nobody could read. */
  static BootSigns none(List<String> doubts) {
    return new BootSigns(Layout.NONE, false, false, new TreeMap<>(), List.of(), doubts);
  }

  /** Whether EC2's firmware can start one of the loaders: there is none for i386. */
  private boolean hasLoader() {
    return efiLoaders.containsValue(X86_64) || efiLoaders.containsValue(ARM64);
  }

  /** What the system on the disk is made for, as far as that shows. */
  public MadeFor madeFor() {
    if (hasLoader()) {
      return biosBoot && efiLoaders.containsValue(X86_64) ? MadeFor.BOTH : MadeFor.UEFI;
    }
    return biosBoot ? MadeFor.LEGACY_BIOS : MadeFor.UNKNOWN;
  }

  /** The boot mode of an image of this disk; nothing if the disk does not show it. */
  public Optional<String> bootMode() {
    return switch (madeFor()) {
      case UEFI -> Optional.of("uefi");
      case BOTH -> Optional.of("uefi-preferred");
      case LEGACY_BIOS -> Optional.of("legacy-bios");
      case UNKNOWN -> Optional.empty();
    };
  }

  /** The architecture of an image of this disk; nothing if the disk does not show it. */
  public Optional<String> architecture() {
    boolean arm = efiLoaders.containsValue(ARM64);
    boolean x86 = efiLoaders.containsValue(X86_64) || biosBoot;
    if (arm == x86) {
      return Optional.empty();
    }
    return Optional.of(arm ? ARM64 : X86_64);
  }

  /**
   * What is proposed of an image of this disk, by the manifest's names, with the reason of each.
   */
  public Map<String, Proposal> proposals() {
    Map<String, Proposal> proposals = new LinkedHashMap<>();
    String loaders =
        efiLoaders.entrySet().stream()
            .map(loader -> "%s is for %s".formatted(loader.getKey(), loader.getValue()))
            .collect(Collectors.joining(", "));
    architecture()
        .ifPresent(
            name ->
                proposals.put(
                    "architecture",
                    new Proposal(name, hasLoader() ? loaders : "it starts by a PC's BIOS")));
    bootMode()
        .ifPresent(
            mode -> {
              List<String> reasons = new ArrayList<>();
              if (hasLoader()) {
                reasons.add("UEFI finds " + String.join(", ", new TreeSet<>(efiLoaders.keySet())));
              }
              if (biosBoot) {
                reasons.add("a PC's BIOS finds boot code");
              }
              proposals.put("bootMode", new Proposal(mode, String.join(", ", reasons)));
            });
    return proposals;
  }

  /**
   * An attribute that nobody gave.
   *
   * @param reason what speaks for it, in words
   */
  public record Proposal(String value, String reason) {}

  /** In one line, such as {@code GPT: EFI system partition with EFI/BOOT/BOOTX64.EFI (x86_64)}. */
  public String text() {
    String kind = layout.text() + (isIso ? ", ISO 9660" : "");
    return found.isEmpty() ? kind : kind + ": " + String.join("; ", found);
  }
}
