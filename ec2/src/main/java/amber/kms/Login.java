package amber.kms;

import amber.work.LoginException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Who asks: what gives no credentials throws what the rest of Amber knows. */
record Login(AwsCredentialsProvider credentials) implements AwsCredentialsProvider {

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return credentials.resolveCredentials();
    } catch (RuntimeException e) {
      throw LoginException.missing(e);
    }
  }
}
