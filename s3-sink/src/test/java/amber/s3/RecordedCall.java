package amber.s3;

import java.util.Map;

/** A call that came by {@link FaultProxy}, with its headers, whose names are in lower case. */
record RecordedCall(FaultProxy.Operation operation, Map<String, String> headers) {}
