package amber.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many blocks of snapshots are read or written each second at most, and why.
 *
 * @param perSecond more than 0
 */
record BlockRate(double perSecond, Origin origin) {

  /** What every new account has. */
  static final BlockRate DEFAULT = new BlockRate(1000, Origin.DEFAULT_QUOTA);

  /** Who says so. */
  enum Origin {
    /** The account's quota is not known; this is what a new account has. */
    DEFAULT_QUOTA("the default quota", "default"),
    /** Service Quotas. */
    QUOTA("the account's quota", "quota"),
    /** The option {@code --rate}. */
    OPTION("the rate", "option");

    private final String text;
    private final String id;

    Origin(String text, String id) {
      this.text = text;
      this.id = id;
    }
  }

  /** For people, such as {@code the default quota of 1,000 blocks each second}. */
  String text(String done) {
    return "%s of %s blocks%s each second"
        .formatted(origin.text, Text.count(Math.round(perSecond)), done);
  }

  /** For programs. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rate", perSecond);
    json.put("from", origin.id);
    return json;
  }
}
