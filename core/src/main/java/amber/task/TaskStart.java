package amber.task;

import java.util.List;

/**
 * What a task is, known when it begins.
 *
 * @param verb pack, unpack or copy
 * @param source what is read, as the user named it
 * @param target what is made, as the user named it
 * @param arguments the command line, which holds no secrets
 * @param directory where it was given: paths are taken from there
 * @param version which Amber
 */
public record TaskStart(
    String verb,
    String source,
    String target,
    List<String> arguments,
    String directory,
    String version) {

  /** Copies the arguments. */
  public TaskStart {
    arguments = List.copyOf(arguments);
  }
}
