package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.http.Trouble;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolTest extends Ec2TestCase {

  @Test
  void answerIsXmlInTheNamespaceOfTheVersion() throws Exception {
    HttpResponse<String> answer = post("Action", "DescribeImages");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("text/xml;charset=UTF-8");
    String id = answer.headers().firstValue("x-amzn-requestid").orElseThrow();
    assertThat(answer.body())
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<DescribeImagesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                + "<requestId>"
                + id
                + "</requestId><imagesSet></imagesSet></DescribeImagesResponse>");
  }

  @Test
  void errorHasCodeMessageAndRequestId() throws Exception {
    HttpResponse<String> answer = post("Action", "LaunchRocket");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .startsWith(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<Response><Errors><Error><Code>InvalidAction</Code><Message>"
                + "The action LaunchRocket is not valid for this web service."
                + "</Message></Error></Errors><RequestID>");
  }

  @ParameterizedTest
  @CsvSource({
    "Version=2016-11-15, MissingAction",
    "Action=DescribeImages, MissingParameter",
    "Action=DescribeImages&Version=2012-01-01, NoSuchVersion",
    "Action=DescribeImages&Version=2016-11-15&Colour=red, UnknownParameter",
    "Action=DescribeImages&Version=2016-11-15&Filter.1.Name=name&Filter.1.Value.1=x&Filter.1.Values=x, UnknownParameter",
    "Action=DescribeImages&Version=2016-11-15&ImageIds.1=ami-12345678, UnknownParameter",
    "Action=DescribeImages&Version=2016-11-15&MaxResults=ten, InvalidParameterValue",
    "Action=DescribeImages&Version=2016-11-15&DryRun=maybe, InvalidParameterValue",
    "Action=RegisterImage&Version=2016-11-15, MissingParameter",
    "Action=DeregisterImage&Version=2016-11-15&ImageId=, MissingParameter"
  })
  void malformedRequestIsRefused(String form, String code) throws Exception {
    HttpResponse<String> answer = Forms.send(emulator.endpoint(), REGION, form);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("<Code>" + code + "</Code>");
  }

  @Test
  void regionThatIsNotServedIsRefused() throws Exception {
    HttpResponse<String> answer =
        Forms.post(emulator.endpoint(), "mars-north-1", "Action", "DescribeImages");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("<Code>AuthFailure</Code>");
  }

  @ParameterizedTest
  @CsvSource({
    "THROTTLED, 503, RequestLimitExceeded",
    "INTERNAL, 500, InternalError",
    "UNAVAILABLE, 503, Unavailable",
    "UNSIGNED, 401, AuthFailure",
    "UNKNOWN_REGION, 401, AuthFailure",
    "EXPIRED_SIGNATURE, 400, RequestExpired",
    "DENIED, 403, UnauthorizedOperation"
  })
  void troublesHaveTheNamesOfEc2(Trouble trouble, int status, String code) {
    assertThat(Ec2Failures.of(trouble).status()).isEqualTo(status);
    assertThat(Ec2Failures.of(trouble).code()).isEqualTo(code);
  }

  // Every operation with the least that it needs: a dry run gets as far as that, and no further.
  @ParameterizedTest
  @CsvSource({
    "Action=DescribeImages",
    "Action=DescribeImageAttribute&ImageId=AMI&Attribute=description",
    "Action=ModifyImageAttribute&ImageId=AMI&Description.Value=x",
    "Action=ResetImageAttribute&ImageId=AMI&Attribute=launchPermission",
    "Action=RegisterImage&Name=web&BlockDeviceMapping.1.DeviceName=/dev/sda1"
        + "&BlockDeviceMapping.1.Ebs.SnapshotId=SNAP",
    "Action=DeregisterImage&ImageId=AMI",
    "Action=DescribeImageReferences&ImageId.1=AMI&IncludeAllResourceTypes=true",
    "Action=CopyImage&Name=web&SourceImageId=AMI&SourceRegion=us-west-2",
    "Action=EnableImageDeprecation&ImageId=AMI&DeprecateAt=2027-01-01T00:00:00Z",
    "Action=DisableImageDeprecation&ImageId=AMI",
    "Action=DisableImage&ImageId=AMI",
    "Action=EnableImage&ImageId=AMI",
    "Action=EnableImageDeregistrationProtection&ImageId=AMI",
    "Action=DisableImageDeregistrationProtection&ImageId=AMI",
    "Action=ListImagesInRecycleBin",
    "Action=RestoreImageFromRecycleBin&ImageId=AMI",
    "Action=ListSnapshotsInRecycleBin",
    "Action=RestoreSnapshotFromRecycleBin&SnapshotId=SNAP",
    "Action=DescribeSnapshots",
    "Action=DescribeSnapshotAttribute&SnapshotId=SNAP&Attribute=productCodes",
    "Action=ModifySnapshotAttribute&SnapshotId=SNAP"
        + "&CreateVolumePermission.Add.1.UserId=999999999999",
    "Action=ResetSnapshotAttribute&SnapshotId=SNAP&Attribute=createVolumePermission",
    "Action=DeleteSnapshot&SnapshotId=SNAP",
    "Action=ModifySnapshotTier&SnapshotId=SNAP&StorageTier=archive",
    "Action=RestoreSnapshotTier&SnapshotId=SNAP&PermanentRestore=true",
    "Action=DescribeSnapshotTierStatus",
    "Action=LockSnapshot&SnapshotId=SNAP&LockMode=governance&LockDuration=1",
    "Action=UnlockSnapshot&SnapshotId=SNAP",
    "Action=DescribeLockedSnapshots",
    "Action=CreateTags&ResourceId.1=AMI&Tag.1.Key=k&Tag.1.Value=v",
    "Action=DeleteTags&ResourceId.1=AMI",
    "Action=DescribeTags",
    "Action=GetEbsEncryptionByDefault",
    "Action=EnableEbsEncryptionByDefault",
    "Action=DisableEbsEncryptionByDefault",
    "Action=GetEbsDefaultKmsKeyId",
    "Action=ModifyEbsDefaultKmsKeyId&KmsKeyId=alias/mine",
    "Action=ResetEbsDefaultKmsKeyId",
    "Action=DescribeRegions",
    "Action=DescribeAvailabilityZones"
  })
  void dryRunEndsBeforeAnythingIsLookedAtOrChanged(String form) throws Exception {
    String filled =
        form.replace("AMI", "ami-00000000000000001").replace("SNAP", "snap-00000000000000001")
            + "&Version=2016-11-15&DryRun=true";
    HttpResponse<String> answer = Forms.send(emulator.endpoint(), REGION, filled);
    assertThat(answer.body()).contains("<Code>DryRunOperation</Code>");
    assertThat(answer.statusCode()).isEqualTo(412);
  }

  @Test
  void everyOperationThatChangesAnythingHasADryRun() throws Exception {
    for (String action : Actions.ALL.keySet()) {
      HttpResponse<String> answer = post("Action", action, "DryRun", "true");
      assertThat(answer.statusCode()).as(action).isIn(400, 412);
    }
  }

  @Test
  void tasksThatStoreImagesAreNotSupported() {
    refused(
        "UnsupportedOperation",
        () -> ec2.createStoreImageTask(r -> r.imageId("ami-00000000000000001").bucket("b")));
    refused("UnsupportedOperation", () -> ec2.describeStoreImageTasks(r -> {}));
    refused(
        "UnsupportedOperation",
        () -> ec2.createRestoreImageTask(r -> r.objectKey("k").bucket("b")));
  }

  @Test
  void copiesDoNotCrossPartitions() throws Exception {
    String id = "ami-00000000000000001";
    String message =
        refused(
            "InvalidParameterValue",
            () ->
                ec2.copyImage(r -> r.name("web").sourceImageId(id).sourceRegion("us-gov-west-1")));
    assertThat(message).isEqualTo("Invalid source region: us-gov-west-1");
    refused(
        "UnsupportedOperation",
        () -> ec2.copyImage(r -> r.name("web").sourceImageId(id).sourceRegion("us-west-2")));
    // By hand: the SDK signs this one for an endpoint whose region it reads from the host's name.
    HttpResponse<String> answer =
        post(
            "Action",
            "CopySnapshot",
            "SourceSnapshotId",
            "snap-12345678",
            "SourceRegion",
            "cn-north-1");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("<Code>SnapshotCopyUnsupported.InterRegion</Code>");
  }

  private HttpResponse<String> post(String... pairs) throws Exception {
    return Forms.post(emulator.endpoint(), REGION, pairs);
  }
}
