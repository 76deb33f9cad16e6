package amber.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The document of an identity-based policy: what a job takes, and nothing else. */
final class IamPolicy {

  private static final String ACTION = "Action";

  private IamPolicy() {}

  /** The policy for a job somewhere, to be written as JSON. */
  static Map<String, Object> of(IamJob job, IamPlace place) {
    Map<String, Map<String, Object>> statements = new LinkedHashMap<>();
    for (IamGrant grant : job.grants()) {
      List<String> resources = place.resources(grant.on());
      if (!resources.isEmpty()) {
        statements
            .computeIfAbsent(grant.sid(), sid -> statement(grant, resources, place))
            .merge(ACTION, grant.actions(), IamPolicy::union);
      }
    }
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("Version", "2012-10-17");
    policy.put("Statement", new ArrayList<>(statements.values()));
    return policy;
  }

  private static Map<String, Object> statement(
      IamGrant grant, List<String> resources, IamPlace place) {
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put("Sid", grant.sid());
    statement.put("Effect", "Allow");
    statement.put(ACTION, List.of());
    statement.put("Resource", resources);
    Map<String, Object> condition = new TreeMap<>(grant.condition());
    boolean inBucket = grant.on() == IamGrant.On.BUCKETS || grant.on() == IamGrant.On.ARCHIVES;
    if (inBucket && place.account().isPresent()) {
      condition.put("StringEquals", Map.of("aws:ResourceAccount", place.account().get()));
    }
    if (!condition.isEmpty()) {
      statement.put("Condition", condition);
    }
    return statement;
  }

  private static Object union(Object some, Object more) {
    TreeSet<String> all = new TreeSet<>();
    for (Object list : List.of(some, more)) {
      ((List<?>) list).forEach(action -> all.add(String.valueOf(action)));
    }
    return List.copyOf(all);
  }
}
