package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadStartTest {

  /** What is brought up is what the command will need, and no more. */
  @ParameterizedTest
  @CsvSource({
    "pack disk.img disk.bin, false, false",
    "pack disk.img disk.bin --recipient key.pem, true, true",
    "pack disk.img disk.bin --recipient-passphrase-file=p, true, true",
    "pack disk.img disk.bin --signer=key.pem, true, true",
    "unpack disk.bin restored --passphrase-file p, false, true",
    "unpack disk.bin restored --identity-kms, true, true",
    "unpack disk.bin restored --signer-cert c.pem, true, false",
    "verify disk.bin --trust store.pem, true, false",
    "inspect disk.bin --require-signature, true, false"
  })
  void optionsTellWhatWillBeNeeded(String command, boolean certificates, boolean envelopes) {
    List<String> arguments = List.of(command.split(" ", -1));
    assertThat(HeadStart.readsCertificates(arguments)).isEqualTo(certificates);
    assertThat(HeadStart.opensEnvelopes(arguments)).isEqualTo(envelopes);
  }

  @Test
  void commandWithoutSecretsStartsNothing() {
    assertThat(HeadStart.begin(List.of("pack", "disk.img", "disk.bin"))).isEmpty();
  }

  @Test
  void nobodyWaitsForItAndItEnds() throws InterruptedException {
    Thread begun = HeadStart.begin(List.of("unpack", "x.bin", "--identity", "k")).orElseThrow();
    assertThat(begun.isDaemon()).isTrue();
    begun.join(TimeUnit.SECONDS.toMillis(30));
    assertThat(begun.isAlive()).isFalse();
  }
}
