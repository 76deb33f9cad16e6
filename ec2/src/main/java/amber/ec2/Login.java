package amber.ec2;

import amber.work.LoginException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Who asks. Whatever gives the credentials fails in many ways, which have nothing in common but
 * that they are not failures of the request: here they get a type.
 */
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
