package amber.cli;

import amber.image.InvalidImageException;
import amber.image.Json;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What AWS asks for, as a file says it. Prices change and differ: each comes with its source and
 * its date.
 *
 * @param region the region whose prices these are
 */
record PriceTable(String region, String currency, Map<String, Price> prices) {

  private static final String USUAL = "prices.json";
  private static final int SCHEMA = 1;
  private static final BigDecimal CENT = new BigDecimal("0.01");
  private static final BigDecimal LEAST = new BigDecimal("0.0001");
  private static final String HINT = "docs/bill.md tells what a table of prices looks like";

  /**
   * One price.
   *
   * @param price for so many
   * @param per how many
   * @param asOf when it was known to be so
   */
  record Price(BigDecimal price, BigDecimal per, String asOf, String source) {

    /** What a quantity costs. */
    BigDecimal of(BigDecimal quantity) {
      return price.multiply(quantity).divide(per, MathContext.DECIMAL64);
    }
  }

  /** Copies the map. */
  PriceTable {
    prices = new TreeMap<>(prices);
  }

  /** The one that amber brings along. */
  static PriceTable usual() throws IOException {
    try (InputStream in = PriceTable.class.getResourceAsStream(USUAL)) {
      if (in == null) {
        throw new IllegalStateException("bug: no " + USUAL);
      }
      return read(in.readAllBytes(), USUAL);
    }
  }

  /**
   * Reads another.
   *
   * @throws RefusedException if it is no table of prices
   */
  static PriceTable read(Path file) throws IOException {
    return read(Files.readAllBytes(file), file.toString());
  }

  private static PriceTable read(byte[] bytes, String location) throws RefusedException {
    Map<String, Object> table;
    try {
      table = Json.read(bytes, location);
    } catch (InvalidImageException e) {
      throw RefusedException.usage(e.getMessage(), HINT);
    }
    if (!Integer.valueOf(SCHEMA).equals(table.get("schema"))) {
      throw wrong(location, "schema is %s, should be %d".formatted(table.get("schema"), SCHEMA));
    }
    if (!(table.get("prices") instanceof Map<?, ?> items)) {
      throw wrong(location, "has no object 'prices', should have one");
    }
    Map<String, Price> prices = new TreeMap<>();
    for (Map.Entry<?, ?> item : items.entrySet()) {
      String where = location + ": " + item.getKey();
      if (!(item.getValue() instanceof Map<?, ?> fields)) {
        throw wrong(where, "is no object, should be one");
      }
      prices.put(item.getKey().toString(), price(fields, where));
    }
    return new PriceTable(
        text(table, "region", location), text(table, "currency", location), prices);
  }

  private static Price price(Map<?, ?> fields, String where) throws RefusedException {
    BigDecimal price = number(fields, "price", where);
    BigDecimal per = number(fields, "per", where);
    if (price.signum() < 0 || per.signum() <= 0) {
      throw wrong(
          where, "costs %s per %s, should cost 0 or more per 1 or more".formatted(price, per));
    }
    return new Price(price, per, text(fields, "asOf", where), text(fields, "source", where));
  }

  private static BigDecimal number(Map<?, ?> fields, String name, String where)
      throws RefusedException {
    Object value = fields.get(name);
    try {
      return new BigDecimal(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw wrong(where, "%s is %s, should be a number".formatted(name, value));
    }
  }

  private static String text(Map<?, ?> fields, String name, String where) throws RefusedException {
    if (fields.get(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw wrong(where, "%s is %s, should be text".formatted(name, fields.get(name)));
  }

  private static RefusedException wrong(String where, String problem) {
    return RefusedException.usage(where + ": " + problem, HINT);
  }

  Optional<Price> find(String item) {
    return Optional.ofNullable(prices.get(item));
  }

  /** From when the prices are, such as {@code 2023-06 to 2026-05}. */
  String asOf() {
    TreeSet<String> dates = new TreeSet<>();
    prices.values().forEach(price -> dates.add(price.asOf()));
    if (dates.isEmpty()) {
      return "no date";
    }
    return dates.size() == 1 ? dates.first() : dates.first() + " to " + dates.last();
  }

  /** An amount for people, such as {@code $0.05}. */
  String shown(BigDecimal amount) {
    String sign = currency.equals("USD") ? "$" : currency + " ";
    if (amount.signum() == 0) {
      return sign + "0";
    }
    if (amount.compareTo(LEAST) < 0) {
      return "<" + sign + LEAST.toPlainString();
    }
    if (amount.compareTo(CENT) < 0) {
      return sign + amount.setScale(4, RoundingMode.HALF_UP).toPlainString();
    }
    return sign + Text.format("%,.2f", amount);
  }
}
