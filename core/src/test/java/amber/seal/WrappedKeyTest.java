package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.Authority;
import amber.fixture.Seals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrappedKeyTest {

  private static final byte[] KEY = key();

  private static byte[] key() {
    byte[] key = new byte[DataKey.BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 7);
    }
    return key;
  }

  private static WrappedKey wrapped(Recipient... recipients) throws Exception {
    byte[] encoded = WrappedKey.wrap(Seals.ID, KEY, List.of(recipients), Seals.CRYPTO).encoded();
    return WrappedKey.read(Seals.ID, encoded, "archive");
  }

  private static Optional<byte[]> open(WrappedKey wrapped, Identity... identities)
      throws IOException {
    return wrapped.open(List.of(identities), Seals.CRYPTO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "P-256", "P-384"})
  void holderOfTheKeyOpensItWithAndWithoutCertificate(String kind) throws Exception {
    Authority holder = Seals.holder("holder", kind);
    Authority other = Seals.holder("other", kind);
    WrappedKey wrapped = wrapped(Seals.recipient(holder));

    assertThat(open(wrapped, Seals.identity(holder))).contains(KEY);
    assertThat(open(wrapped, Seals.bareIdentity(holder))).contains(KEY);
    assertThat(open(wrapped, Seals.bareIdentity(other))).isEmpty();
    assertThat(open(wrapped, Seals.identity(other))).isEmpty();
  }

  @Test
  void passphraseOpensIt() throws Exception {
    WrappedKey wrapped = wrapped(Seals.passphrase("über den Wolken"));

    assertThat(open(wrapped, Seals.knowing("über den Wolken"))).contains(KEY);
    assertThat(open(wrapped, Seals.knowing("uber den Wolken"))).isEmpty();
  }

  @Test
  void eachOfSeveralRecipientsOpensIt() throws Exception {
    Authority rsa = Seals.holder("rsa", "RSA");
    Authority ec = Seals.holder("ec", "P-384");
    WrappedKey wrapped =
        wrapped(Seals.recipient(rsa), Seals.recipient(ec), Seals.passphrase("open"));

    assertThat(open(wrapped, Seals.identity(rsa))).contains(KEY);
    assertThat(open(wrapped, Seals.bareIdentity(ec))).contains(KEY);
    assertThat(open(wrapped, Seals.knowing("open"))).contains(KEY);
    Authority other = Seals.holder("other", "RSA");
    assertThat(open(wrapped, Seals.identity(other), Seals.knowing("open"))).contains(KEY);
  }

  @Test
  void recipientsAreAddedAndRemovedWithoutTouchingTheOthers() throws Exception {
    Authority first = Seals.holder("first", "P-256");
    Authority second = Seals.holder("second", "RSA");
    WrappedKey both =
        wrapped(Seals.recipient(first))
            .adding(List.of(Seals.identity(first)), List.of(Seals.recipient(second)), Seals.CRYPTO)
            .orElseThrow();
    both = WrappedKey.read(Seals.ID, both.encoded(), "archive");
    assertThat(open(both, Seals.identity(first))).contains(KEY);
    assertThat(open(both, Seals.identity(second))).contains(KEY);

    WrappedKey all = both;
    List<Integer> kept = new ArrayList<>();
    for (int place = 0; place < 2; place++) {
      if (Seals.identity(second).unwrap(all.recipients().get(place)).isPresent()) {
        kept.add(place);
      }
    }
    WrappedKey one = WrappedKey.read(Seals.ID, both.keeping(kept).encoded(), "archive");
    assertThat(one.recipients()).hasSize(1);
    assertThat(open(one, Seals.identity(first))).isEmpty();
    assertThat(open(one, Seals.identity(second))).contains(KEY);
  }

  @Test
  void anyChangedByteIsRefusedOrOpensNothingElse() throws Exception {
    Authority holder = Seals.holder("holder", "P-256");
    byte[] encoded = wrapped(Seals.recipient(holder)).encoded();
    for (int at = 0; at < encoded.length; at++) {
      byte[] changed = encoded.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Optional<byte[]> key;
      try {
        key = open(WrappedKey.read(Seals.ID, changed, "archive"), Seals.bareIdentity(holder));
      } catch (BrokenSealException | UnsupportedSealException e) {
        continue;
      }
      assertThat(key.isEmpty() || Arrays.equals(key.get(), KEY)).as("byte %d", at).isTrue();
    }
  }

  @Test
  void keysWithoutAnApprovedAlgorithmAreRefused() {
    for (String kind : List.of("Ed25519", "secp521r1")) {
      Authority holder =
          kind.startsWith("E") ? Authority.alone("x", kind) : Authority.alone("x", "P-521");
      assertThat(CertificateRecipient.unfit(holder.certificate()))
          .as(kind)
          .contains("should have RSA of 2048 bits or more, or EC with P-256 or P-384");
      assertThatThrownBy(() -> Seals.recipient(holder))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(CertificateRecipient.unfit(Authority.alone("x", "RSA").certificate()))
        .contains("is not made for key encipherment");
  }
}
