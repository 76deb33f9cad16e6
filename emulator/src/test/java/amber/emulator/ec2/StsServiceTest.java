package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StsServiceTest extends Ec2TestCase {

  @ParameterizedTest
  @CsvSource({
    "us-east-1, 111111111111, arn:aws:iam::111111111111:root",
    "us-gov-west-1, 222222222222, arn:aws-us-gov:iam::222222222222:root",
    "cn-north-1, 333333333333, arn:aws-cn:iam::333333333333:root"
  })
  void callerIsTheAccountOfThePartition(String region, String account, String arn)
      throws Exception {
    HttpResponse<String> answer = send(region, "Action=GetCallerIdentity&Version=2011-06-15");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("<Account>" + account + "</Account>", "<Arn>" + arn + "</Arn>");
  }

  @Test
  void otherActionsAreRefused() throws Exception {
    HttpResponse<String> answer = send(REGION, "Action=AssumeRole&Version=2011-06-15");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("<Type>Sender</Type><Code>InvalidAction</Code>");
  }

  private HttpResponse<String> send(String region, String form) throws Exception {
    return Forms.send(emulator.endpoint(), region, "sts", form);
  }
}
