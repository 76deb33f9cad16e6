package amber.cli;

import amber.archive.Geometry;
import amber.block.BlockSet;
import amber.seal.Signer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All that the bytes of an archive depend on which a pack makes, whichever command asks for it. */
final class PackRecipe {

  private final PackSource image;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final String object;
  private final Optional<TaskPlace> place;

  /**
   * A recipe but for the listed blocks.
   *
   * @param level of zstd
   * @param side whose object the archive is, if it is one
   */
  PackRecipe(
      PackSource image,
      int level,
      Optional<Signer> signer,
      PackSealing sealing,
      PackTarget target,
      AwsSide side)
      throws IOException {
    this.image = image;
    options.put("Amber", Version.tool());
    options.put("zstd", Version.zstd());
    options.put("--level", Integer.toString(level));
    options.put("the geometry", Geometry.DEFAULT.toString());
    options.put("--signer", signer.map(Signer::fingerprint).orElse(""));
    options.put("--recipient", sealing.recipe());
    object = target.recipe();
    place = target instanceof ObjectTarget ? Optional.of(side.s3Place()) : Optional.empty();
  }

  /** Adds what only some commands know; an empty value counts as none. */
  PackRecipe with(String name, String value) {
    options.put(name, value);
    return this;
  }

  /** The recipe of the listed blocks; nothing if nobody can tell whether the source is the same. */
  Function<List<BlockSet>, Optional<TaskRecipe>> ofListed() {
    return listed -> image.identity().map(identity -> of(identity, listed));
  }

  private TaskRecipe of(String identity, List<BlockSet> listed) {
    TaskRecipe recipe = new TaskRecipe(identity).withBlocks(listed);
    options.forEach(recipe::with);
    recipe.withObject(object);
    place.ifPresent(recipe::withPlace);
    return recipe;
  }
}
