package amber.cli;

import java.util.List;
import java.util.Map;

/** A result, for programs and for people. */
record Document(Map<String, Object> json, List<String> text) {}
