package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryStore;
import amber.fixture.Seals;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;

/** AES-GCM with one key and one nonce for two messages gives both of them away. */
class NonceTest {

  private static final Queue<String> USED = new ConcurrentLinkedQueue<>();

  /** Ciphers that note each key and nonce, and forget those before. */
  static Crypto recording() {
    USED.clear();
    return new Crypto(Optional.of(new Recorder()), new SecureRandom());
  }

  /** How often something was sealed with a key and a nonce. */
  static List<String> used() {
    return List.copyOf(USED);
  }

  @Test
  void noKeyAndNonceSealTwice() throws IOException {
    Crypto recording = recording();
    List<GeneratedVolume> sources =
        List.of(
            new GeneratedVolume(1, 9L * Block.SIZE, GeneratedVolume.blocks(0, 9), 0, 400_000),
            new GeneratedVolume(2, 4L * Block.SIZE, GeneratedVolume.blocks(0, 4), 0, 100));
    int frames = 0;
    for (int attempt = 0; attempt < 3; attempt++) {
      MemoryStore store = new MemoryStore();
      Sealing sealing =
          Sealing.to(Seals.ID, List.of(Seals.recipient(Seals.holder("x", "P-256"))), recording);
      // The same key seals the same archive again: as after a failure, of which the first one
      // may have come into somebody's hands.
      for (int again = 0; again < 2; again++) {
        Archives.pack(
            Archives.options(3, new Geometry(2, 4)),
            sources,
            new SealedSink(store.replacing(), sealing),
            "sealed");
        frames += SealedDamageTest.frames(store.bytes("sealed").orElseThrow()).size() - 2;
      }
    }
    // Each data key is encrypted once itself.
    assertThat(USED).hasSize(frames + 3).hasSizeGreaterThan(100);
    assertThat(Set.copyOf(USED)).hasSameSizeAs(USED);
  }

  /** Notes each key and nonce with which something is encrypted. */
  private static final class Recorder extends Provider {
    private static final long serialVersionUID = 1L;

    Recorder() {
      super("Recorder", "1", "notes what is used");
      put("Cipher.AES/GCM/NoPadding", RecordingCipher.class.getName());
      put("Mac.HmacSHA256", PlainMac.class.getName());
    }
  }

  /** The JDK's. */
  public static final class RecordingCipher extends CipherSpi {
    private final Cipher cipher;

    /** For the provider. */
    public RecordingCipher() throws GeneralSecurityException {
      cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random) {
      if (mode == Cipher.ENCRYPT_MODE) {
        HexFormat hex = HexFormat.of();
        USED.add(
            hex.formatHex(key.getEncoded())
                + hex.formatHex(((GCMParameterSpec) parameters).getIV()));
      }
      try {
        cipher.init(mode, key, parameters);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
      cipher.updateAAD(bytes, offset, length);
    }

    @Override
    protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int at) {
      try {
        return cipher.update(in, offset, length, out, at);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int at) {
      try {
        return cipher.doFinal(in, offset, length, out, at);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected byte[] engineDoFinal(byte[] in, int offset, int length) {
      try {
        return cipher.doFinal(in, offset, length);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected byte[] engineUpdate(byte[] in, int offset, int length) {
      return cipher.update(in, offset, length);
    }

    @Override
    protected int engineGetOutputSize(int length) {
      return cipher.getOutputSize(length);
    }

    @Override
    protected void engineSetMode(String mode) {}

    @Override
    protected void engineSetPadding(String padding) {}

    @Override
    protected int engineGetBlockSize() {
      return cipher.getBlockSize();
    }

    @Override
    protected byte[] engineGetIV() {
      return cipher.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return cipher.getParameters();
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
      throw new UnsupportedOperationException();
    }
  }

  /** The JDK's. */
  public static final class PlainMac extends MacSpi {
    private final Mac mac;

    /** For the provider. */
    public PlainMac() throws GeneralSecurityException {
      mac = Mac.getInstance("HmacSHA256", "SunJCE");
    }

    @Override
    protected int engineGetMacLength() {
      return mac.getMacLength();
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec parameters) {
      try {
        mac.init(key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineUpdate(byte input) {
      mac.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      mac.update(input, offset, length);
    }

    @Override
    protected byte[] engineDoFinal() {
      return mac.doFinal();
    }

    @Override
    protected void engineReset() {
      mac.reset();
    }
  }
}
