package amber.archive;

import java.io.IOException;

/** Vouches for an archive: makes the signature of its seal. */
@FunctionalInterface
public interface SealSigning {

  /**
   * Signs.
   *
   * @param seal the bytes of seal.json
   * @return CMS SignedData in DER, of at most {@link amber.seal.SealSignature#MAX_BYTES}
   */
  byte[] sign(byte[] seal) throws IOException;
}
