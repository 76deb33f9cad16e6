package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which part of a list is asked for.
 *
 * @param most how many items a page may have; empty when the list is to come whole
 * @param after the last item of the page before
 */
record Paging(Optional<Integer> most, Optional<String> after, Seal seal) {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SEAL_BYTES = 12;

  /** Signs tokens for one list of one region, so that no other text passes for one. */
  record Seal(byte[] secret, String purpose) {

    private byte[] of(String text) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(secret, ALGORITHM));
        mac.update((purpose + "\n" + text).getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(mac.doFinal(), SEAL_BYTES);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("bug: no " + ALGORITHM, e);
      }
    }

    String token(String after) {
      byte[] text = after.getBytes(StandardCharsets.UTF_8);
      byte[] token = Arrays.copyOf(of(after), SEAL_BYTES + text.length);
      System.arraycopy(text, 0, token, SEAL_BYTES, text.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    Optional<String> read(String token) {
      byte[] bytes;
      try {
        bytes = Base64.getUrlDecoder().decode(token);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      if (bytes.length < SEAL_BYTES) {
        return Optional.empty();
      }
      String text =
          new String(bytes, SEAL_BYTES, bytes.length - SEAL_BYTES, StandardCharsets.UTF_8);
      return Arrays.equals(of(text), Arrays.copyOf(bytes, SEAL_BYTES))
          ? Optional.of(text)
          : Optional.empty();
    }
  }

  /** How many items a page may be asked to have. */
  record Limits(int least, int most) {

    static final Limits USUAL = new Limits(5, 1000);
  }

  /** Reads {@code MaxResults} and {@code NextToken}. */
  static Paging read(Call call, Limits limits) throws FailureException {
    Optional<Integer> most = call.parameters().integer("MaxResults");
    if (most.isPresent() && most.get() < limits.least()) {
      throw Ec2Failures.invalid(
          "MaxResults",
          most.get().toString(),
          "Expecting a value greater than or equal to " + limits.least());
    }
    Optional<String> token = call.parameters().text("NextToken");
    Seal seal = call.seal();
    Optional<String> after = token.flatMap(seal::read);
    if (token.isPresent() && after.isEmpty()) {
      throw Ec2Failures.of("InvalidNextToken", "The specified NextToken is not valid");
    }
    return new Paging(most.map(asked -> Math.min(asked, limits.most())), after, seal);
  }

  /** Refuses a page of a list that is given by its ids. */
  void notWith(String name, List<String> ids) throws FailureException {
    if (!ids.isEmpty() && most.isPresent()) {
      throw Ec2Failures.combination(
          "The parameter " + name + " cannot be used with the parameter maxResults");
    }
  }

  /** A part of a list, and the token for what follows. */
  record Page<T>(List<T> items, Optional<String> token) {}

  /**
   * Cuts a page.
   *
   * @param shorten whether what does not pass still takes up place on the page
   */
  <T> Page<T> cut(List<T> all, Function<T, String> id, Predicate<T> passes, boolean shorten) {
    List<T> rest =
        all.stream()
            .filter(item -> shorten || passes.test(item))
            .sorted(Comparator.comparing(id))
            .filter(item -> after.isEmpty() || id.apply(item).compareTo(after.get()) > 0)
            .toList();
    if (most.isEmpty() || rest.size() <= most.get()) {
      return new Page<>(rest.stream().filter(passes).toList(), Optional.empty());
    }
    List<T> page = rest.subList(0, most.get());
    String token = seal.token(id.apply(page.get(page.size() - 1)));
    return new Page<>(page.stream().filter(passes).toList(), Optional.of(token));
  }
}
