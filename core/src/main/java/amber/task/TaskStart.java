package amber.task;

import java.util.List;
import java.util.Map;

/**
 * What a task is, known when it begins.
 *
 * @param verb pack, unpack or copy
 * @param source what is read, as the user named it
 * @param target what is made, as the user named it
 * @param arguments the command line, which holds no secrets
 * @param directory where it was given: paths are taken from there
 * @param environment the variables that its outcome depends on, none of them secret
 * @param version which Amber
 */
public record TaskStart(
    String verb,
    String source,
    String target,
    List<String> arguments,
    String directory,
    Map<String, String> environment,
    String version) {

  /** Copies arguments and environment. */
  public TaskStart {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }
}
