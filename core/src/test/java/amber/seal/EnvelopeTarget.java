package amber.seal;

import amber.fuzz.FuzzTarget;
import amber.fuzz.Require;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** The CMS of an envelope, read by whoever it may be encrypted to. */
public final class EnvelopeTarget implements FuzzTarget {

  /** Of PBKDF2, above which an input takes too long to learn anything from it. */
  private static final long MOST_ROUNDS = 20_000;

  private static final UUID ARCHIVE = new UUID(1, 2);

  private static final byte[] DATA_KEY = new byte[DataKey.BYTES];

  private final Readers readers = new Readers();
  private final List<Identity> identities = readers.identities();

  /** Reads its keys. */
  public EnvelopeTarget() throws IOException {}

  @Override
  public List<byte[]> seeds() throws IOException {
    Crypto crypto = new Crypto(Optional.empty(), new FixedRandom());
    List<Recipient> all = readers.recipients();
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(WrappedKey.wrap(ARCHIVE, DATA_KEY, all, crypto).encoded());
    for (Recipient each : all) {
      seeds.add(WrappedKey.wrap(ARCHIVE, DATA_KEY, List.of(each), crypto).encoded());
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) throws Exception {
    WrappedKey wrapped;
    try {
      wrapped = WrappedKey.read(ARCHIVE, input, "fuzz");
    } catch (BrokenSealException | UnsupportedSealException e) {
      Require.that(e.getMessage().startsWith("fuzz: "), "names no place: %s", e.getMessage());
      return;
    }
    for (RecipientName name : wrapped.recipients().stream().map(RecipientName::of).toList()) {
      Require.that(!name.text().isEmpty(), "a recipient without a name: %s", name);
    }
    if (PassphraseRounds.of(wrapped.recipients()) > MOST_ROUNDS) {
      return;
    }
    Optional<byte[]> key = wrapped.open(identities, Crypto.DEFAULT);
    if (key.isPresent()) {
      Require.that(key.get().length == DataKey.BYTES, "a key of %d bytes", key.get().length);
      changeRecipients(wrapped, key.get());
    }
  }

  /** Whoever opens it can add and remove recipients, and that leaves the key as it is. */
  private void changeRecipients(WrappedKey wrapped, byte[] key) throws IOException {
    int count = wrapped.recipients().size();
    List<Integer> all = IntStream.range(0, count).boxed().toList();
    requireKey(wrapped.keeping(all), key, count);
    List<Recipient> more = readers.recipients().subList(0, 1);
    WrappedKey added = wrapped.adding(identities, more, Crypto.DEFAULT).orElseThrow();
    requireKey(added, key, count + 1);
  }

  private void requireKey(WrappedKey changed, byte[] key, int recipients) throws IOException {
    WrappedKey read = WrappedKey.read(ARCHIVE, changed.encoded(), "changed");
    Require.that(read.recipients().size() == recipients, "%s recipients", read.recipients());
    byte[] found = read.open(identities, Crypto.DEFAULT).orElse(new byte[0]);
    Require.that(Arrays.equals(found, key), "with other recipients, it is another key");
  }
}
