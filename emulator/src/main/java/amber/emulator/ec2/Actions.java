package amber.emulator.ec2;

import java.util.Map;

/** All operations, by the name that a request has for them. */
final class Actions {

  static final Map<String, Operation> ALL =
      Map.ofEntries(
          Map.entry("DescribeImages", DescribeImages::run),
          Map.entry("RegisterImage", RegisterImage::run),
          Map.entry("DescribeSnapshots", DescribeSnapshots::run),
          Map.entry("CreateTags", TagOperations::create),
          Map.entry("DeleteTags", TagOperations::delete),
          Map.entry("DescribeTags", TagOperations::describe));

  private Actions() {}
}
