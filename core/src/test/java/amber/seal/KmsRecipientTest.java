package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.fixture.Authority;
import amber.fixture.MemoryKeys;
import amber.fixture.MemoryStore;
import amber.fixture.Seals;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.cms.KEKIdentifier;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKEKRecipientInfoGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KmsRecipientTest {

  private static final byte[] PLAIN = "not to be seen".getBytes(StandardCharsets.US_ASCII);
  private static final String KEY = MemoryKeys.arn(1);
  private static final String OTHER = MemoryKeys.arn(2);

  private final MemoryKeys kms = new MemoryKeys(7);

  @TempDir private Path directory;

  private Recipient recipient(String key) {
    return new KmsRecipient(key, kms);
  }

  private static byte[] sealed(Recipient... recipients) throws IOException {
    try (Sealing sealing = Seals.to(recipients)) {
      return Seals.seal(sealing, List.of(new Seals.Piece(PLAIN, false)));
    }
  }

  private static SealedArchive look(byte[] sealed) throws IOException {
    return SealedArchive.look(MemoryStore.source("sealed", sealed)).sealed();
  }

  @Test
  void whoeverMayUseTheKeyOpensIt() throws IOException {
    byte[] sealed = sealed(recipient(KEY));

    try (ArchiveSource opened = Seals.open(sealed, new KmsIdentity(kms))) {
      assertThat(Seals.all(opened)).isEqualTo(PLAIN);
    }
    assertThat(look(sealed).recipients())
        .singleElement()
        .satisfies(
            name -> {
              assertThat(name.values()).isEqualTo(Map.of("kind", "kms", "arn", KEY));
              assertThat(name.text()).isEqualTo("KMS key " + KEY);
            });
    assertThat(RecipientName.of(recipient(KEY))).isEqualTo(look(sealed).recipients().get(0));
  }

  @Test
  void keyOfAnotherArchiveOpensNothing() throws IOException {
    byte[] key = new byte[DataKey.BYTES];
    UUID other = new UUID(1, 2);
    WrappedKey wrapped = WrappedKey.wrap(other, key, List.of(recipient(KEY)), Seals.CRYPTO);

    WrappedKey moved = WrappedKey.read(Seals.ID, wrapped.encoded(), "archive");

    assertThat(moved.open(List.of(new KmsIdentity(kms)), Seals.CRYPTO)).isEmpty();
    assertThat(wrapped.open(List.of(new KmsIdentity(kms)), Seals.CRYPTO)).contains(key);
  }

  @Test
  void isOneOfSeveralAndAskedOnlyIfNobodyElseOpensIt() throws IOException {
    Authority holder = Seals.holder("holder", "P-256");
    byte[] sealed = sealed(recipient(KEY), Seals.recipient(holder), recipient(OTHER));

    Seals.open(sealed, Seals.identity(holder), new KmsIdentity(kms)).close();
    assertThat(kms.asked()).isZero();
    kms.deny(KEY);
    try (ArchiveSource opened = Seals.open(sealed, new KmsIdentity(kms))) {
      assertThat(Seals.all(opened)).isEqualTo(PLAIN);
    }
    kms.deny(OTHER);
    assertThatThrownBy(() -> Seals.open(sealed, new KmsIdentity(kms)))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining(KEY);
  }

  @Test
  void withoutAKeyOfKmsNobodyIsAsked() throws IOException {
    byte[] sealed = sealed(Seals.passphrase("open"));

    assertThatThrownBy(() -> Seals.open(sealed, new KmsIdentity(kms)))
        .isInstanceOf(NoIdentityException.class)
        .hasMessageContaining("is encrypted to a passphrase, is not opened by KMS");
    assertThat(kms.asked()).isZero();
  }

  @Test
  void isAddedAndRemovedLikeAnyOther() throws IOException {
    byte[] sealed = sealed(Seals.passphrase("open"));
    byte[] both =
        Seals.all(
            look(sealed)
                .adding(List.of(Seals.knowing("open")), List.of(recipient(KEY)), Seals.CRYPTO));
    List<RecipientName> names = look(both).recipients();
    int place = names.indexOf(RecipientName.of(recipient(KEY)));
    Seals.open(both, new KmsIdentity(kms)).close();

    byte[] one =
        Seals.all(look(both).keeping(List.of(place), List.of(new KmsIdentity(kms)), Seals.CRYPTO));

    Seals.open(one, new KmsIdentity(kms)).close();
    assertThatThrownBy(() -> Seals.open(one, Seals.knowing("open")))
        .isInstanceOf(NoIdentityException.class);
  }

  @Test
  void whatIsDeniedMakesNoEnvelope() {
    kms.deny(KEY);
    assertThatThrownBy(() -> sealed(recipient(KEY))).isInstanceOf(AccessDeniedException.class);
  }

  @Test
  void anyChangedByteIsRefusedOrOpensNothingElse() throws IOException {
    byte[] key = new byte[DataKey.BYTES];
    byte[] encoded =
        WrappedKey.wrap(Seals.ID, key, List.of(recipient(KEY)), Seals.CRYPTO).encoded();
    for (int at = 0; at < encoded.length; at++) {
      byte[] changed = encoded.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Optional<byte[]> opened;
      try {
        opened =
            WrappedKey.read(Seals.ID, changed, "archive")
                .open(List.of(new KmsIdentity(kms)), Seals.CRYPTO);
      } catch (BrokenSealException | UnsupportedSealException e) {
        continue;
      }
      assertThat(opened.isEmpty() || Arrays.equals(opened.get(), key)).as("byte %d", at).isTrue();
    }
  }

  /** As a stranger may write it. */
  private record Foreign(KEKIdentifier id) implements Recipient {
    @Override
    public String name() {
      return "foreign";
    }

    @Override
    public RecipientInfoGenerator wrapping(UUID archive, Crypto crypto) {
      return new JceKEKRecipientInfoGenerator(id, new SecretKeySpec(new byte[32], "AES"))
          .setProvider(SealProvider.get());
    }
  }

  @Test
  void keysOfOtherServicesAreNotAskedFor() throws IOException {
    byte[] sealed =
        sealed(
            new Foreign(new KEKIdentifier(new byte[] {1}, null, null)), Seals.passphrase("open"));

    assertThatThrownBy(() -> Seals.open(sealed, new KmsIdentity(kms)))
        .isInstanceOf(NoIdentityException.class)
        .hasMessageContaining("somebody unknown");
    assertThat(kms.asked()).isZero();
  }

  @Test
  void tooManyKeysAreRefusedBeforeAnyIsAskedFor() throws IOException {
    List<Recipient> many = new ArrayList<>();
    for (int i = 0; i <= WrappedKey.MAX_KMS_RECIPIENTS; i++) {
      many.add(recipient(MemoryKeys.arn(i)));
    }
    byte[] encoded =
        WrappedKey.wrap(Seals.ID, new byte[DataKey.BYTES], many, Seals.CRYPTO).encoded();

    assertThatThrownBy(() -> WrappedKey.read(Seals.ID, encoded, "archive"))
        .isInstanceOf(BrokenSealException.class)
        .hasMessageContaining("101 recipients that are keys of KMS, should have at most 100");
    assertThatThrownBy(() -> Sealing.to(Seals.ID, many, Seals.CRYPTO))
        .isInstanceOf(TooManyRecipientsException.class)
        .hasMessageContaining("101 keys of KMS, should be at most 100");
  }

  /** What KMS gives for the wrapped key is all that OpenSSL has to be told. */
  @Test
  void opensslOpensItWithTheKeyThatKmsUnwraps() throws Exception {
    byte[] dataKey = new byte[DataKey.BYTES];
    Arrays.fill(dataKey, (byte) 9);
    WrappedKey wrapped =
        WrappedKey.wrap(
            Seals.ID, dataKey, List.of(Seals.passphrase("x"), recipient(KEY)), Seals.CRYPTO);
    Path cms = Files.write(directory.resolve("envelope.cms"), wrapped.encoded());
    KmsWrapped key =
        wrapped.recipients().stream()
            .flatMap(each -> each.kms().stream())
            .findFirst()
            .orElseThrow();
    String secret = HexFormat.of().formatHex(kms.unwrap(key, Seals.ID).orElseThrow());
    Path out = directory.resolve("data.key");

    Process process;
    try {
      process =
          new ProcessBuilder(
                  "openssl",
                  "cms",
                  "-decrypt",
                  "-inform",
                  "DER",
                  "-in",
                  cms.toString(),
                  "-secretkey",
                  secret,
                  "-secretkeyid",
                  HexFormat.of().formatHex(key.bytes()),
                  "-out",
                  out.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "openssl does not run here");
      return;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(Files.readAllBytes(out)).isEqualTo(dataKey);
  }
}
