package amber.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** UUIDs as 16 bytes in network order, whatever the buffer's own order is (RFC 9562, 4). */
final class Uuids {

  private Uuids() {}

  static void put(ByteBuffer bytes, UUID uuid) {
    ByteBuffer target = bytes.slice(bytes.position(), 16).order(ByteOrder.BIG_ENDIAN);
    target.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    bytes.position(bytes.position() + 16);
  }

  static UUID get(ByteBuffer bytes) {
    ByteBuffer source = bytes.slice(bytes.position(), 16).order(ByteOrder.BIG_ENDIAN);
    bytes.position(bytes.position() + 16);
    return new UUID(source.getLong(), source.getLong());
  }
}
