package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.Authority;
import amber.fixture.Seals;
import amber.fixture.Seals.Piece;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.PasswordRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Envelopes that are made to take long, or much memory, or to fill a screen. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileEnvelopeTest {

  private static final Authority OPS = Seals.holder("ops", "P-256");
  private static final Duration SHORT = Duration.ofSeconds(20);

  /** An archive whose envelope has this CMS, and whose locator agrees with that. */
  private static byte[] with(byte[] cms) throws IOException {
    byte[] honest =
        Seals.seal(Seals.to(Seals.recipient(OPS)), List.of(new Piece(new byte[] {1, 2, 3}, false)));
    byte[] end = Arrays.copyOfRange(honest, honest.length - 256, honest.length);
    SealedLocator locator = SealedLocator.read(end, honest.length, "honest");
    byte[] frame = new Envelope(Seals.ID, new byte[32], cms).write();
    byte[] rest = Arrays.copyOfRange(honest, locator.envelopeBytes(), honest.length - end.length);
    SealedLocator moved =
        new SealedLocator(
            Seals.ID,
            frame.length,
            locator.mapOffset() - locator.envelopeBytes() + frame.length,
            locator.plainBytes(),
            locator.segments(),
            SealedLocator.sha256(frame, 0, frame.length),
            new byte[32]);
    return ByteBuffer.allocate(frame.length + rest.length + end.length)
        .put(frame)
        .put(rest)
        .put(moved.write())
        .array();
  }

  private static byte[] cms(RecipientInfo recipient, int count) throws IOException {
    ASN1EncodableVector recipients = new ASN1EncodableVector();
    for (int i = 0; i < count; i++) {
      recipients.add(recipient);
    }
    AlgorithmIdentifier content =
        new AlgorithmIdentifier(
            NISTObjectIdentifiers.id_aes256_GCM, new GCMParameters(new byte[12], 16));
    EncryptedContentInfo encrypted =
        new EncryptedContentInfo(
            PKCSObjectIdentifiers.data, content, new DEROctetString(new byte[32]));
    AuthEnvelopedData data =
        new AuthEnvelopedData(
            null, new DERSet(recipients), encrypted, null, new DEROctetString(new byte[16]), null);
    return new ContentInfo(CMSObjectIdentifiers.authEnvelopedData, data).getEncoded("DER");
  }

  private static RecipientInfo passphrase(long rounds) {
    PBKDF2Params parameters =
        new PBKDF2Params(
            new byte[16],
            Math.toIntExact(rounds),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256));
    return new RecipientInfo(
        new PasswordRecipientInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBKDF2, parameters),
            new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_alg_PWRI_KEK,
                new AlgorithmIdentifier(
                    NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]))),
            new DEROctetString(new byte[48])));
  }

  private static void open(byte[] sealed) throws IOException {
    try (ArchiveSource opened =
        Seals.open(sealed, Seals.identity(OPS), Seals.knowing("passphrase"))) {
      Seals.all(opened);
    }
  }

  /** What it is refused with, within a time. */
  private static String refusal(byte[] sealed) {
    List<String> said = new ArrayList<>();
    long start = System.nanoTime();
    assertThatThrownBy(() -> open(sealed))
        .isInstanceOfAny(
            BrokenSealException.class, NoIdentityException.class, UnsupportedSealException.class)
        .satisfies(e -> said.add(e.getMessage()));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT);
    return said.get(0);
  }

  @Test
  void passphrasesThatTakeForEverToTryAreNotTried() throws IOException {
    String says =
        "its envelope has passphrases that take more than 20,000,000 rounds of PBKDF2 to try";
    assertThat(refusal(with(cms(passphrase(Integer.MAX_VALUE), 1)))).contains(says);
    assertThat(refusal(with(cms(passphrase(1_000_000), 1000)))).contains(says);
    assertThat(refusal(with(cms(passphrase(1000), 1000)))).contains("is encrypted to");
  }

  @Test
  void nestingWithoutEndIsRefused() throws IOException {
    for (byte[] level : new byte[][] {{0x30, (byte) 0x80}, {0x24, (byte) 0x80}}) {
      ByteBuffer nested = ByteBuffer.allocate(Envelope.MAX_BYTES - 100);
      while (nested.remaining() >= level.length) {
        nested.put(level);
      }
      assertThat(refusal(with(nested.array()))).contains("its envelope's CMS cannot be read");
    }
    assertThat(refusal(with(definite(10_000)))).contains("its envelope's CMS cannot be read");
  }

  /** Sequences in each other, which tell their lengths. */
  private static byte[] definite(int depth) {
    byte[] all = new byte[depth * 4];
    for (int level = 0; level < depth; level++) {
      int length = all.length - 4 * level - 4;
      all[4 * level] = 0x30;
      all[4 * level + 1] = (byte) 0x82;
      all[4 * level + 2] = (byte) (length >> 8);
      all[4 * level + 3] = (byte) length;
    }
    return all;
  }

  @Test
  void namesThatFillAScreenAreCut() throws IOException {
    byte[] digits = new byte[900_000];
    Arrays.fill(digits, (byte) 0x11);
    RecipientInfo endless =
        new RecipientInfo(
            new KeyTransRecipientInfo(
                new RecipientIdentifier(
                    new IssuerAndSerialNumber(new X500Name("CN=x"), new BigInteger(digits))),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                new DEROctetString(new byte[256])));
    assertThat(refusal(with(cms(endless, 1))).length()).isLessThan(2000);
    RecipientInfo keyed =
        new RecipientInfo(
            new KeyTransRecipientInfo(
                new RecipientIdentifier(new DEROctetString(digits)),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                new DEROctetString(new byte[256])));
    assertThat(refusal(with(cms(keyed, 1))).length()).isLessThan(2000);
    assertThat(refusal(with(cms(passphrase(1), 1000))).length()).isLessThan(2000);
  }
}
