package amber;

import amber.archive.SealSigning;
import amber.seal.BadSignatureException;
import amber.seal.SealSignature;
import amber.seal.Signer;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Signs, and notes the signature before it is stored. Some kinds of signature are another one each
 * time, and a run that goes on may find the first one in the archive already.
 */
final class NotedSigning implements SealSigning {

  private final Signer signer;
  private final Instant time;
  private final Optional<PackJournal> journal;

  NotedSigning(Signer signer, Instant time, Optional<PackJournal> journal) {
    this.signer = signer;
    this.time = time;
    this.journal = journal;
  }

  @Override
  public byte[] sign(byte[] seal) throws IOException {
    Optional<byte[]> noted = journal.flatMap(PackJournal::signature);
    if (noted.isPresent() && isOurs(noted.get(), seal)) {
      return noted.get();
    }
    byte[] signature = signer.sign(seal, time);
    journal.ifPresent(notes -> notes.signed(signature));
    return signature;
  }

  private boolean isOurs(byte[] signature, byte[] seal) {
    try {
      SealSignature read = SealSignature.read(signature, seal);
      return read.signer().equals(signer.certificate()) && read.time().equals(time);
    } catch (BadSignatureException e) {
      return false;
    }
  }
}
