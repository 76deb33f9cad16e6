package amber.ec2;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Ids in lists that are short enough for one request. */
final class Shares {

  /** A filter takes so many values: EC2 API reference, DescribeImages. */
  static final int MOST_VALUES = 200;

  private Shares() {}

  static List<List<String>> of(Collection<String> ids) {
    return of(ids, MOST_VALUES);
  }

  static List<List<String>> of(Collection<String> ids, int most) {
    List<String> all = List.copyOf(ids);
    List<List<String>> shares = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      shares.add(all.subList(from, Math.min(all.size(), from + most)));
    }
    return shares;
  }
}
