package amber.s3;

import java.io.IOException;

/** An archive lies in a storage class that must be thawed before it can be read. */
public final class FrozenArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean thawing;

  /**
   * Says where, and in which class.
   *
   * @param thawing whether a thaw was asked for and is not yet done
   */
  FrozenArchiveException(String location, String storageClass, boolean thawing) {
    super(
        "%s: is frozen in storage class %s%s"
            .formatted(
                location,
                storageClass,
                thawing ? ", and being thawed; come back later" : ", should be thawed first"));
    this.thawing = thawing;
  }

  /** Whether it was asked for already; then there is nothing to do but to wait. */
  public boolean thawing() {
    return thawing;
  }
}
