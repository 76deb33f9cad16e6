package amber.cli;

import amber.seal.CertificateRecipient;
import amber.seal.Certificates;
import amber.seal.Crypto;
import amber.seal.Identity;
import amber.seal.KmsRecipient;
import amber.seal.Passphrase;
import amber.seal.PassphraseIdentity;
import amber.seal.PassphraseRecipient;
import amber.seal.Recipient;
import amber.seal.RecipientName;
import amber.seal.SealedSink;
import amber.seal.Sealing;
import amber.store.ArchiveBound;
import amber.task.Task;
import amber.work.Preflight;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * How a pack encrypts its archive, if it does: with a fresh key; or with that of the run that it
 * goes on with, if something is given that opens it. No run ever notes a key.
 */
final class PackSealing implements Closeable {

  private final List<Recipient> recipients;
  private final List<Identity> identities;
  private final List<Passphrase> wiped;
  private final KmsSides kms;
  private final Crypto crypto;
  private final boolean ownsSecrets;
  private Optional<Sealing> sealing = Optional.empty();

  /**
   * Encryption to somebody, or to nobody.
   *
   * @param identities open what an earlier run has begun
   * @param wiped what is wiped when this is closed
   */
  PackSealing(
      List<Recipient> recipients,
      List<Identity> identities,
      List<Passphrase> wiped,
      KmsSides kms,
      Crypto crypto) {
    this(recipients, identities, wiped, kms, crypto, true);
  }

  private PackSealing(
      List<Recipient> recipients,
      List<Identity> identities,
      List<Passphrase> wiped,
      KmsSides kms,
      Crypto crypto,
      boolean ownsSecrets) {
    this.ownsSecrets = ownsSecrets;
    this.recipients = recipients;
    this.identities = identities;
    this.wiped = wiped;
    this.kms = kms;
    this.crypto = crypto;
  }

  /** No encryption. */
  static PackSealing none() {
    return new PackSealing(
        List.of(), List.of(), List.of(), new KmsSides(List.of()), Crypto.DEFAULT);
  }

  /**
   * The same for another archive, with a key of its own. What is wiped when this is closed is
   * needed as long.
   */
  PackSealing another() {
    return new PackSealing(recipients, identities, List.of(), kms, crypto, false);
  }

  /** Whether the archive is to be encrypted. */
  boolean isWanted() {
    return !recipients.isEmpty();
  }

  /** Finds out whether the keys that AWS has may be used. */
  void check(Preflight preflight) throws InterruptedIOException {
    for (Recipient recipient : recipients) {
      if (recipient instanceof KmsRecipient key) {
        preflight.check(
            () -> {
              kms.tryGenerate(key.keyArn());
              preflight.found(key.keyArn(), "may make the archive's key");
            });
      }
    }
  }

  /** What the archive will not exceed. */
  ArchiveBound bound(ArchiveBound plain) {
    return isWanted() ? SealedSink.boundOf(plain) : plain;
  }

  /** To whom, so that a run that goes on encrypts to the same. */
  String recipe() {
    return recipients.stream().map(PackSealing::recipe).collect(Collectors.joining(", "));
  }

  private static String recipe(Recipient recipient) {
    return recipient instanceof CertificateRecipient to
        ? "certificate " + Certificates.fingerprint(to.certificate())
        : recipient.name();
  }

  /** To whom it is or will be encrypted. */
  List<RecipientName> names() {
    return sealing
        .map(Sealing::recipients)
        .orElseGet(() -> recipients.stream().map(RecipientName::of).toList());
  }

  /**
   * Whether an earlier run of the same pack can be gone on with, as far as its key is needed.
   *
   * @param envelope what the earlier run has noted, if its archive is encrypted
   * @param messages are told why not
   * @throws IOException if somebody outside has the key, and could not be asked
   */
  boolean goesOnWith(Task task, Optional<byte[]> envelope, PackTask.Messages messages)
      throws IOException {
    if (envelope.isEmpty()) {
      return !isWanted();
    }
    List<Identity> all = new ArrayList<>(passphrases());
    all.addAll(identities);
    if (all.isEmpty()) {
      refuse(
          task,
          messages,
          "its archive is encrypted and its key is in no file; --identity, --identity-kms or a"
              + " passphrase would open it");
      return false;
    }
    Optional<Sealing> opened = Sealing.of(envelope.get(), all, crypto, task.id());
    if (opened.isEmpty()) {
      refuse(task, messages, "its archive is encrypted, and nothing that is given opens it");
      return false;
    }
    sealing = opened;
    if (!passphrasesOpen(task, envelope.get())) {
      drop(opened.get());
      refuse(task, messages, "its archive is encrypted to another passphrase");
      return false;
    }
    return true;
  }

  private void drop(Sealing opened) {
    sealing = Optional.empty();
    opened.close();
  }

  private List<Identity> passphrases() {
    List<Identity> all = new ArrayList<>();
    for (Recipient recipient : recipients) {
      if (recipient instanceof PassphraseRecipient known) {
        all.add(new PassphraseIdentity(known.passphrase()));
      }
    }
    return all;
  }

  /** Who is to open the archive must be able to, whatever else opened it now. */
  private boolean passphrasesOpen(Task task, byte[] envelope) throws IOException {
    for (Identity passphrase : passphrases()) {
      Optional<Sealing> opened = Sealing.of(envelope, List.of(passphrase), crypto, task.id());
      opened.ifPresent(Sealing::close);
      if (opened.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static void refuse(Task task, PackTask.Messages messages, String why) {
    messages.warn(
        "%s: cannot be gone on with, so the pack begins anew: %s; 'amber tasks cancel %s' removes what it stored"
            .formatted(task.id(), why, task.id()));
  }

  /**
   * What seals the archive; nothing if it is not to be sealed.
   *
   * @param archive its UUID
   */
  Optional<Sealing> begin(UUID archive) throws IOException {
    if (sealing.isEmpty() && isWanted()) {
      sealing = Optional.of(Sealing.to(archive, recipients, crypto));
    }
    return sealing;
  }

  /** What the archive is sealed by, as soon as that is known. */
  Optional<Sealing> current() {
    return sealing;
  }

  @Override
  public void close() {
    sealing.ifPresent(Sealing::close);
    if (!ownsSecrets) {
      return;
    }
    wiped.forEach(Passphrase::close);
    for (Recipient recipient : recipients) {
      if (recipient instanceof PassphraseRecipient known) {
        known.passphrase().close();
      }
    }
  }
}
