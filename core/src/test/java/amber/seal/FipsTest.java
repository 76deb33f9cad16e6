package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.fixture.Seals;
import org.junit.jupiter.api.Test;

/** That the build's profile for FIPS tests what it says. */
class FipsTest {

  @Test
  void ciphersAndCmsAreThoseOfTheFipsProvider() throws Exception {
    assumeTrue(System.getProperty("amber.test.provider") != null, "for the profile fips");

    assertThat(SealProvider.get().getName()).isEqualTo("BCFIPS");
    assertThat(Seals.CRYPTO.cipher().getProvider().getName()).isEqualTo("BCFIPS");
    assertThat(Seals.CRYPTO.mac().getProvider().getName()).isEqualTo("BCFIPS");
    assertThat(Seals.CRYPTO.random().getProvider().getName()).isEqualTo("BCFIPS");
  }
}
