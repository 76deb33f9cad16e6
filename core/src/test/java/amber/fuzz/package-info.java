/**
 * Coverage-guided fuzzing of everything that reads untrusted bytes. {@link amber.fuzz.FuzzTargets}
 * names the targets, {@link amber.fuzz.FuzzProgram} runs Jazzer on them.
 */
package amber.fuzz;
