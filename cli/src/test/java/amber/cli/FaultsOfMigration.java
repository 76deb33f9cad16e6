package amber.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The flow that makes an image in another partition, reads it back, and keeps an archive of the
 * same read.
 */
final class FaultsOfMigration implements FaultFlow {

  private final FaultsToImage image;
  private final FaultsToObject archive;
  private final String imageId;

  FaultsOfMigration(FaultsToImage image, FaultsToObject archive, String imageId) {
    this.image = image;
    this.archive = archive;
    this.imageId = imageId;
  }

  @Override
  public String name() {
    return "migrate";
  }

  @Override
  public Set<String> services() {
    return image.services();
  }

  @Override
  public Set<String> makes() {
    return Set.of("ebs", "ec2", "s3");
  }

  @Override
  public List<Object> command(String target) {
    return List.of(
        "migrate",
        imageId,
        "ami:" + target,
        "--to-region",
        Cloud.GOV,
        "--verify",
        "--archive",
        archive.object(target));
  }

  @Override
  public void requireIdentical(String target) throws IOException {
    image.requireIdentical(target);
    archive.requireIdentical(target);
  }

  @Override
  public void requireSameBlocks(String target) throws IOException {
    image.requireSameBlocks(target);
    archive.requireSameBlocks(target);
  }

  @Override
  public List<String> left(String target) throws IOException {
    List<String> left = new ArrayList<>(image.left(target));
    left.addAll(archive.left(target));
    return left;
  }

  @Override
  public List<String> kept(String target, Run run) throws IOException {
    if (!run.stderr().contains(archive.object(target) + ": is whole, and stays")) {
      return List.of();
    }
    archive.requireIdentical(target);
    return archive.left(target);
  }

  @Override
  public void clean(String target) throws IOException {
    image.clean(target);
    archive.clean(target);
  }
}
