package amber.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that people have: the aws command and boto3, told nothing but the endpoint. */
class StockClientsTest {

  private static final int LIMIT_SECONDS = 120;

  @TempDir private static Path directory;

  private static Emulator emulator;

  @BeforeAll
  static void start() throws IOException {
    emulator = Emulator.start(directory.resolve("state"), EmulatorOptions.DEFAULT);
    emulator.startS3("us-east-1"); // Outside the time that a client waits.
    emulator.startS3("us-gov-west-1");
  }

  @AfterAll
  static void stop() throws IOException {
    emulator.close();
  }

  @Test
  void awsCommandCopiesFilesToBucketsAndBack() throws Exception {
    assumeCommand("aws", "--version");
    Path file = directory.resolve("disk.bin");
    byte[] bytes = new byte[9 << 20]; // above the command's limit for a single request
    Arrays.fill(bytes, (byte) 5);
    Files.write(file, bytes);
    aws("s3", "mb", "s3://cli-bucket", "--region", "us-west-2");
    aws(
        "s3",
        "cp",
        "--no-progress",
        file.toString(),
        "s3://cli-bucket/a b.bin",
        "--region",
        "us-west-2");
    assertThat(aws("s3", "ls", "s3://cli-bucket", "--region", "us-west-2")).contains("a b.bin");
    Path back = directory.resolve("back.bin");
    aws(
        "s3",
        "cp",
        "--no-progress",
        "s3://cli-bucket/a b.bin",
        back.toString(),
        "--region",
        "us-west-2");
    assertThat(Files.mismatch(file, back)).isEqualTo(-1);
    // From another region the command is told where the bucket is, and goes there.
    assertThat(aws("s3api", "head-object", "--bucket", "cli-bucket", "--key", "a b.bin"))
        .contains("\"ContentLength\": 9437184");
  }

  @Test
  void awsCommandWritesAndReadsASnapshot() throws Exception {
    assumeCommand("aws", "--version");
    Path block = directory.resolve("block");
    Files.write(block, new byte[512 << 10]);
    String started = aws("ebs", "start-snapshot", "--volume-size", "1", "--query", "SnapshotId");
    String id = started.strip().replace("\"", "");
    aws(
        "ebs",
        "put-snapshot-block",
        "--snapshot-id",
        id,
        "--block-index",
        "7",
        "--data-length",
        "524288",
        "--block-data",
        block.toString(),
        "--checksum",
        "B4VNL+8pega6gWheZgwzLeNtXRjVRpJ9MNqtbX/aFUE=",
        "--checksum-algorithm",
        "SHA256");
    aws("ebs", "complete-snapshot", "--snapshot-id", id, "--changed-blocks-count", "1");
    String token =
        aws("ebs", "list-snapshot-blocks", "--snapshot-id", id, "--query", "Blocks[0].BlockToken")
            .strip()
            .replace("\"", "");
    Path back = directory.resolve("block-back");
    aws(
        "ebs",
        "get-snapshot-block",
        "--snapshot-id",
        id,
        "--block-index",
        "7",
        "--block-token",
        token,
        back.toString());
    assertThat(Files.mismatch(block, back)).isEqualTo(-1);
    Outcome refused = run(List.of("aws", "ebs", "list-snapshot-blocks", "--snapshot-id", "snap-0"));
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.text())
        .contains("ResourceNotFoundException")
        .contains("The snapshot 'snap-0' does not exist.");
  }

  @Test
  void botoSeesThePartitionsApart() throws Exception {
    assumeCommand("python3", "-c", "import boto3");
    String program =
        """
        import boto3, hashlib, base64
        from botocore.exceptions import ClientError
        gov = boto3.client('ebs', region_name='us-gov-west-1')
        aws = boto3.client('ebs', region_name='us-east-1')
        zero = bytes(524288)
        digest = hashlib.sha256(zero).digest()
        sum = base64.b64encode(digest).decode()
        snapshot = gov.start_snapshot(VolumeSize=1, Encrypted=True, Description='für alle',
            Tags=[{'Key': 'Name', 'Value': '日本'}])
        assert snapshot['KmsKeyArn'].startswith('arn:aws-us-gov:kms:us-gov-west-1:'), snapshot
        id = snapshot['SnapshotId']
        for index in (3, 1):
            echo = gov.put_snapshot_block(SnapshotId=id, BlockIndex=index, BlockData=zero,
                DataLength=524288, Checksum=sum, ChecksumAlgorithm='SHA256')
            assert echo['Checksum'] == sum
        whole = base64.b64encode(hashlib.sha256(digest + digest).digest()).decode()
        gov.complete_snapshot(SnapshotId=id, ChangedBlocksCount=2, Checksum=whole,
            ChecksumAlgorithm='SHA256', ChecksumAggregationMethod='LINEAR')
        listed = gov.list_snapshot_blocks(SnapshotId=id, MaxResults=10000)
        assert [b['BlockIndex'] for b in listed['Blocks']] == [1, 3], listed
        got = gov.get_snapshot_block(SnapshotId=id, BlockIndex=1,
            BlockToken=listed['Blocks'][0]['BlockToken'])
        assert got['BlockData'].read() == zero
        try:
            aws.list_snapshot_blocks(SnapshotId=id)
            raise AssertionError('crossed')
        except ClientError as e:
            assert e.response['Error']['Code'] == 'ResourceNotFoundException', e.response
            assert e.response['ResponseMetadata']['HTTPStatusCode'] == 404, e.response
        s3 = boto3.client('s3', region_name='us-gov-west-1')
        s3.create_bucket(Bucket='boto', CreateBucketConfiguration={
            'LocationConstraint': 'us-gov-west-1'})
        s3.put_object(Bucket='boto', Key='k', Body=b'x' * 1000, Metadata={'ami-name': 'a'},
            Tagging='a%3Ab=c', ChecksumAlgorithm='SHA256')
        head = s3.head_object(Bucket='boto', Key='k', ChecksumMode='ENABLED')
        assert head['ChecksumSHA256'] and head['Metadata'] == {'ami-name': 'a'}, head
        tags = s3.get_object_tagging(Bucket='boto', Key='k')['TagSet']
        assert tags == [{'Key': 'a:b', 'Value': 'c'}], tags
        from botocore.config import Config
        signer = boto3.client('s3', region_name='us-gov-west-1',
            config=Config(signature_version='s3v4'))
        url = signer.generate_presigned_url('get_object', Params={'Bucket': 'boto', 'Key': 'k'})
        import urllib.request
        assert urllib.request.urlopen(url).read() == b'x' * 1000
        print('all is well')
        """;
    Outcome outcome = run(List.of("python3", "-c", program));
    assertThat(outcome.text()).contains("all is well");
  }

  private static String aws(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("aws"));
    command.addAll(List.of(arguments));
    Outcome outcome = run(command);
    assertThat(outcome.exitCode()).as("%s: %s", command, outcome.text()).isZero();
    return outcome.text();
  }

  private static void assumeCommand(String... command) throws Exception {
    boolean there;
    try {
      there = run(List.of(command)).exitCode() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, () -> String.join(" ", command) + " does not run here");
  }

  private record Outcome(int exitCode, String text) {}

  private static Outcome run(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_ENDPOINT_URL", emulator.endpoint().toString());
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_PAGER", "");
    environment.put("PYTHONIOENCODING", "utf-8");
    environment.put("NO_PROXY", "127.0.0.1");
    Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + ": runs longer than " + LIMIT_SECONDS + " s");
      }
      return new Outcome(process.exitValue(), text);
    }
  }
}
