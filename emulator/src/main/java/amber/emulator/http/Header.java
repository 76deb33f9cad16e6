package amber.emulator.http;

/** One header line of a request or an answer. */
public record Header(String name, String value) {}
