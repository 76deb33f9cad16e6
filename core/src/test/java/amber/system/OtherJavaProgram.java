package amber.system;

import amber.PackOptions;
import amber.archive.Geometry;
import java.nio.file.Path;

/** Packs an image directory in a process of its own: IMAGE ARCHIVE. */
final class OtherJavaProgram {

  /** Also what the process that starts this one uses. */
  static final PackOptions OPTIONS = new PackOptions(3, 2, Geometry.DEFAULT);

  private OtherJavaProgram() {}

  public static void main(String[] arguments) throws Exception {
    StockToolsImages.pack(Path.of(arguments[0]), Path.of(arguments[1]), OPTIONS);
    System.out.println("packed by Java " + Runtime.version());
  }
}
