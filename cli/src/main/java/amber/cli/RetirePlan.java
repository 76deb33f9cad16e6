package amber.cli;

import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.block.BlockSet;
import amber.seal.Signer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What is fixed when an AMI begins to be packed, and by what a later run knows that it is same. */
final class RetirePlan {

  private RetirePlan() {}

  /** The recipe of the listed blocks; what is done with the AMI afterwards is no part of it. */
  static Function<List<BlockSet>, Optional<TaskRecipe>> recipes(
      PackSource image, ObjectTarget target, RetireOptions options, AwsSide side)
      throws IOException {
    TaskPlace place = side.s3Place();
    return listed ->
        image
            .identity()
            .map(
                identity ->
                    new TaskRecipe(identity)
                        .withBlocks(listed)
                        .with("Amber", Version.tool())
                        .with("zstd", Version.zstd())
                        .with("--level", Integer.toString(options.level()))
                        .with("the geometry", Geometry.DEFAULT.toString())
                        .with("--signer", options.signer().map(Signer::fingerprint).orElse(""))
                        .with("--recipient", options.sealing().recipe())
                        .with("--storage-class", options.settings().storageClass().orElse(""))
                        .withObject(target.recipe())
                        .withPlace(place));
  }

  static Function<List<BlockSet>, ArchiveStamp> stamp() {
    String tool = Version.tool();
    return listed -> ArchiveStamp.now(tool);
  }
}
