package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket/key",
        "s3://my.bucket-1/a/b/ami-1.bin",
        "s3://bucket/",
        "s3://bucket/dir/",
        "s3://bucket//double//slash",
        "s3://bucket/日本 + %41?#.bin"
      })
  void locationIsReadAndWrittenAlike(String text) {
    assertThat(S3Location.parse(text)).hasToString(text);
  }

  @Test
  void bucketAloneIsAPlace() {
    S3Location bucket = S3Location.parse("s3://bucket");
    assertThat(bucket.isPlace()).isTrue();
    assertThat(bucket.resolve("a.bin")).hasToString("s3://bucket/a.bin");
    assertThat(S3Location.parse("s3://bucket/d/").resolve("a")).hasToString("s3://bucket/d/a");
    assertThat(S3Location.parse("s3://bucket/d").resolve("a")).hasToString("s3://bucket/d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bucket/key",
        "s3://",
        "s3://a/key",
        "s3://-bucket/key",
        "s3://buc..ket/key",
        "s3://bücket/key",
        "s3://bucket/a/../b",
        "s3://bucket/./b",
        "s3://bucket/..",
        "s3://bucket/a\nb"
      })
  void whatS3OrAPathWouldTakeForSomethingElseIsRefused(String text) {
    assertThatThrownBy(() -> S3Location.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("should");
  }

  @Test
  void keyHasAtMost1024Bytes() {
    assertThat(S3Location.parse("s3://bucket/" + "é".repeat(512)).isPlace()).isFalse();
    assertThatThrownBy(() -> S3Location.parse("s3://bucket/" + "é".repeat(512) + "a"))
        .hasMessageContaining("1025 bytes");
  }
}
