package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.SourceChangedException;
import amber.ec2.Ec2Errors;
import amber.s3.S3Errors;
import amber.work.ErrorClass;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

/** What a later run can mend. */
class MendingTest {

  @Test
  void tablesOfErrorsDecide() {
    for (ErrorClass error : Ec2Errors.table()) {
      assertThat(Mending.isPossible(Ec2Errors.example(error, "snap-0")))
          .as(error.toString())
          .isEqualTo(error.meaning().isMendable());
    }
    for (ErrorClass error : S3Errors.table()) {
      assertThat(Mending.isPossible(S3Errors.example(error, "s3://bucket/key")))
          .as(error.toString())
          .isEqualTo(error.meaning().isMendable());
    }
  }

  @Test
  void disksAndNetworksMayBeMendedAndTakenNamesMayNot() {
    assertThat(Mending.isPossible(new FileSystemException("f", null, "No space left on device")))
        .isTrue();
    assertThat(Mending.isPossible(new IOException("no answer"))).isTrue();
    assertThat(Mending.isPossible(new FileAlreadyExistsException("f"))).isFalse();
    assertThat(Mending.isPossible(new SourceChangedException("disk.img", "was written to")))
        .isFalse();
  }
}
