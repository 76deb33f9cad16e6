package amber.ec2;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Ec2Response;

/** Takes images through their life. */
public final class ImageLife {

  private static final String WOULD_WORK = "DryRunOperation";

  private final Ec2Connection aws;

  /** The life of a connection's images. */
  public ImageLife(Ec2Connection aws) {
    this.aws = aws;
  }

  /**
   * Changes an image.
   *
   * @throws IOException if EC2 refuses, or nobody knows whether it was done
   */
  public void change(String imageId, ImageChange change) throws IOException {
    boolean[] again = new boolean[1];
    try {
      aws.calls()
          .retry()
          .call(
              (number, limit) -> {
                again[0] |= number > 1;
                return aws.await(imageId, change.send(aws.ec2(), imageId, false), limit);
              });
    } catch (IOException e) {
      // Of two attempts, the one that was refused is perhaps not the one that worked.
      if (!again[0] || !isDone(imageId, change, e)) {
        throw e;
      }
    }
  }

  private boolean isDone(String imageId, ImageChange change, IOException failure) {
    try {
      return change.isDone(new ImageList(aws).of(List.of(imageId)).get(0));
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  /**
   * Asks whether the caller may make a change, which is all that EC2 can be asked without making
   * it.
   */
  public void tryOut(String imageId, ImageChange change) throws IOException {
    tryOut(aws, imageId, ec2 -> change.send(ec2, imageId, true));
  }

  /** A request without its effect. */
  interface Trial {
    CompletableFuture<? extends Ec2Response> send(Ec2AsyncClient ec2);
  }

  static void tryOut(Ec2Connection aws, String where, Trial trial) throws IOException {
    Supplier<CompletableFuture<Object>> request =
        () -> trial.send(aws.ec2()).thenApply(answer -> answer);
    try {
      aws.await(where, request);
    } catch (AwsException e) {
      if (!AwsErrors.hasCode(e, WOULD_WORK)) {
        throw e;
      }
    }
  }
}
