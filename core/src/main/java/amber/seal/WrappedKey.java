package amber.seal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.KEKRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KEKRecipientId;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.operator.jcajce.JceGenericKey;

/**
 * A data key in CMS AuthEnvelopedData (RFC 5083, RFC 5084): encrypted with AES-256-GCM under a key
 * of its own, which is wrapped to each recipient. Recipients can be added and removed without
 * touching the rest.
 */
final class WrappedKey {

  /** The most recipients. */
  static final int MAX_RECIPIENTS = 1000;

  /** The most of them that KMS opens: each may have to be asked for. */
  static final int MAX_KMS_RECIPIENTS = 100;

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;

  private final UUID archive;
  private final AuthEnvelopedData cms;
  private final List<WrappedTo> recipients;

  private WrappedKey(UUID archive, AuthEnvelopedData cms) throws CMSException {
    this.archive = archive;
    this.cms = cms;
    CMSAuthEnvelopedData data = new CMSAuthEnvelopedData(contentInfo(cms));
    Map<ByteBuffer, KmsWrapped> keys = kmsKeys(cms);
    this.recipients =
        data.getRecipientInfos().getRecipients().stream().map(each -> to(each, keys)).toList();
  }

  /** What the library does not show of recipients: the keys of KMS, by what KMS made of them. */
  private static Map<ByteBuffer, KmsWrapped> kmsKeys(AuthEnvelopedData cms) {
    Map<ByteBuffer, KmsWrapped> keys = new HashMap<>();
    for (ASN1Encodable each : cms.getRecipientInfos()) {
      if (RecipientInfo.getInstance(each).getInfo() instanceof KEKRecipientInfo kek) {
        KmsWrapped.of(kek.getKekid())
            .ifPresent(found -> keys.put(ByteBuffer.wrap(found.bytes()), found));
      }
    }
    return keys;
  }

  private WrappedTo to(RecipientInformation information, Map<ByteBuffer, KmsWrapped> keys) {
    Optional<KmsWrapped> kms =
        information.getRID() instanceof KEKRecipientId id
            ? Optional.ofNullable(keys.get(ByteBuffer.wrap(id.getKeyIdentifier())))
            : Optional.empty();
    return new WrappedTo(archive, information, kms);
  }

  private static ContentInfo contentInfo(AuthEnvelopedData cms) {
    return new ContentInfo(CMSObjectIdentifiers.authEnvelopedData, cms);
  }

  /**
   * Wraps the data key of an archive.
   *
   * @throws IOException if somebody outside has a recipient's key, and does not let it be used
   */
  static WrappedKey wrap(
      UUID archive, byte[] dataKey, List<? extends Recipient> recipients, Crypto crypto)
      throws IOException {
    byte[] key = crypto.random(KEY_BYTES);
    byte[] nonce = crypto.random(NONCE_BYTES);
    try {
      AlgorithmIdentifier content =
          new AlgorithmIdentifier(
              NISTObjectIdentifiers.id_aes256_GCM, new GCMParameters(nonce, Layout.TAG_BYTES));
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, crypto).doFinal(dataKey);
      int end = sealed.length - Layout.TAG_BYTES;
      EncryptedContentInfo encrypted =
          new EncryptedContentInfo(
              PKCSObjectIdentifiers.data, content, new DEROctetString(Arrays.copyOf(sealed, end)));
      return new WrappedKey(
          archive,
          new AuthEnvelopedData(
              null,
              new DERSet(wrapped(archive, key, content, recipients, crypto)),
              encrypted,
              null,
              new DEROctetString(Arrays.copyOfRange(sealed, end, sealed.length)),
              null));
    } catch (GeneralSecurityException | CMSException e) {
      throw new IllegalStateException("bug: a key cannot be wrapped", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static ASN1EncodableVector wrapped(
      UUID archive,
      byte[] key,
      AlgorithmIdentifier content,
      List<? extends Recipient> recipients,
      Crypto crypto)
      throws GeneralSecurityException, CMSException, IOException {
    ASN1EncodableVector infos = new ASN1EncodableVector();
    for (Recipient recipient : recipients) {
      JceGenericKey wrapped = new JceGenericKey(content, new SecretKeySpec(key, "AES"));
      infos.add(recipient.wrapping(archive, crypto).generate(wrapped));
    }
    return infos;
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, Crypto crypto)
      throws GeneralSecurityException {
    Cipher cipher = crypto.cipher();
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(Byte.SIZE * Layout.TAG_BYTES, nonce));
    return cipher;
  }

  /** Reads the CMS of an archive's envelope. */
  static WrappedKey read(UUID archive, byte[] encoded, String location)
      throws BrokenSealException, UnsupportedSealException {
    WrappedKey read;
    AlgorithmIdentifier content;
    try {
      ContentInfo info = ContentInfo.getInstance(encoded);
      if (!info.getContentType().equals(CMSObjectIdentifiers.authEnvelopedData)) {
        throw new BrokenSealException(location, "its envelope is no CMS AuthEnvelopedData");
      }
      read = new WrappedKey(archive, AuthEnvelopedData.getInstance(info.getContent()));
      content = read.cms.getAuthEncryptedContentInfo().getContentEncryptionAlgorithm();
    } catch (CMSException | RuntimeException e) {
      throw new BrokenSealException(location, "its envelope's CMS cannot be read");
    }
    if (!content.getAlgorithm().equals(NISTObjectIdentifiers.id_aes256_GCM)) {
      throw new UnsupportedSealException(
          location,
          "its envelope is encrypted by %s, should be AES-256-GCM"
              .formatted(content.getAlgorithm()));
    }
    Optional<String> excess = read.excess();
    if (excess.isPresent()) {
      throw new BrokenSealException(location, "its envelope has " + excess.get());
    }
    return read;
  }

  /** What there is more of than a reader will try; nothing if it is not too much. */
  private Optional<String> excess() {
    if (recipients.isEmpty() || recipients.size() > MAX_RECIPIENTS) {
      return Optional.of(
          "%,d recipients, should have 1 to %,d".formatted(recipients.size(), MAX_RECIPIENTS));
    }
    if (PassphraseRounds.of(recipients) > PassphraseRounds.MAX) {
      return Optional.of(
          "passphrases that take more than %,d rounds of PBKDF2 to try"
              .formatted(PassphraseRounds.MAX));
    }
    long keys = recipients.stream().filter(each -> each.kms().isPresent()).count();
    return keys > MAX_KMS_RECIPIENTS
        ? Optional.of(
            "%d recipients that are keys of KMS, should have at most %d"
                .formatted(keys, MAX_KMS_RECIPIENTS))
        : Optional.empty();
  }

  /**
   * Encodes it, if everybody will read it.
   *
   * @throws TooManyRecipientsException if not
   */
  byte[] encodedForAll() throws TooManyRecipientsException {
    Optional<String> excess = excess();
    if (excess.isPresent()) {
      throw new TooManyRecipientsException("its envelope would have " + excess.get());
    }
    byte[] encoded = encoded();
    if (encoded.length > Envelope.MAX_CMS_BYTES) {
      throw new TooManyRecipientsException(
          "its envelope would have %,d bytes of wrapped keys, should have at most %,d"
              .formatted(encoded.length, Envelope.MAX_CMS_BYTES));
    }
    return encoded;
  }

  byte[] encoded() {
    try {
      return contentInfo(cms).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("bug: CMS cannot be encoded", e);
    }
  }

  /** Whom it is wrapped to. */
  List<WrappedTo> recipients() {
    return recipients;
  }

  /**
   * The data key, which the caller wipes; nothing if it is wrapped to none of them.
   *
   * @throws IOException if none opens it, and somebody outside refused to
   */
  Optional<byte[]> open(List<? extends Identity> identities, Crypto crypto) throws IOException {
    Optional<byte[]> key = key(identities);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    try {
      return decrypt(key.get(), crypto);
    } finally {
      Arrays.fill(key.get(), (byte) 0);
    }
  }

  private Optional<byte[]> key(List<? extends Identity> identities) throws IOException {
    IOException refusal = null;
    for (Identity identity : identities) {
      for (WrappedTo recipient : recipients) {
        try {
          Optional<byte[]> key = identity.unwrap(recipient);
          if (key.isPresent()) {
            return key;
          }
        } catch (InterruptedIOException e) {
          throw e;
        } catch (IOException e) {
          // Another may open it.
          refusal = first(refusal, e);
        }
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    return Optional.empty();
  }

  private static IOException first(IOException before, IOException failure) {
    if (before == null) {
      return failure;
    }
    before.addSuppressed(failure);
    return before;
  }

  private Optional<byte[]> decrypt(byte[] key, Crypto crypto) {
    try {
      EncryptedContentInfo content = cms.getAuthEncryptedContentInfo();
      GCMParameters parameters =
          GCMParameters.getInstance(content.getContentEncryptionAlgorithm().getParameters());
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, parameters.getNonce(), crypto);
      if (cms.getAuthAttrs() != null) {
        cipher.updateAAD(cms.getAuthAttrs().getEncoded(ASN1Encoding.DER));
      }
      cipher.update(content.getEncryptedContent().getOctets());
      byte[] dataKey = cipher.doFinal(cms.getMac().getOctets());
      return dataKey.length == DataKey.BYTES ? Optional.of(dataKey) : Optional.empty();
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The same data key, wrapped to others as well.
   *
   * @param identities of whom one can open it
   * @throws IOException if somebody outside has a key that is needed, and does not let it be used
   */
  Optional<WrappedKey> adding(
      List<? extends Identity> identities, List<? extends Recipient> others, Crypto crypto)
      throws IOException {
    Optional<byte[]> key = key(identities);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    try {
      AlgorithmIdentifier content =
          cms.getAuthEncryptedContentInfo().getContentEncryptionAlgorithm();
      ASN1EncodableVector infos = wrapped(archive, key.get(), content, others, crypto);
      cms.getRecipientInfos().forEach(infos::add);
      return Optional.of(with(new DERSet(infos)));
    } catch (GeneralSecurityException | CMSException e) {
      throw new IllegalStateException("bug: a key cannot be wrapped", e);
    } finally {
      Arrays.fill(key.get(), (byte) 0);
    }
  }

  /** The same data key, wrapped to those of these places alone. */
  WrappedKey keeping(List<Integer> places) {
    List<ASN1Encodable> all = new ArrayList<>();
    cms.getRecipientInfos().forEach(all::add);
    ASN1EncodableVector infos = new ASN1EncodableVector();
    places.forEach(place -> infos.add(all.get(place)));
    try {
      return with(new DERSet(infos));
    } catch (CMSException e) {
      throw new IllegalStateException("bug: CMS cannot be read", e);
    }
  }

  private WrappedKey with(ASN1Set infos) throws CMSException {
    return new WrappedKey(
        archive,
        new AuthEnvelopedData(
            null,
            infos,
            cms.getAuthEncryptedContentInfo(),
            cms.getAuthAttrs(),
            cms.getMac(),
            cms.getUnauthAttrs()));
  }
}
