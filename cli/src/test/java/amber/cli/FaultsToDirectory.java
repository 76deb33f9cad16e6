package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/** The flow that restores a directory. */
final class FaultsToDirectory implements FaultFlow {

  private final Set<String> services;
  private final String archive;
  private final Path parent;
  private final SortedMap<Integer, ByteBuffer> blocks;

  FaultsToDirectory(
      Set<String> services, String archive, Path parent, SortedMap<Integer, ByteBuffer> blocks) {
    this.services = services;
    this.archive = archive;
    this.parent = parent;
    this.blocks = blocks;
  }

  @Override
  public String name() {
    return "unpack to files";
  }

  @Override
  public Set<String> services() {
    return services;
  }

  @Override
  public Set<String> makes() {
    return Set.of();
  }

  @Override
  public List<Object> command(String target) {
    return List.of("unpack", "--no-sync", archive, parent.resolve(target));
  }

  @Override
  public void requireIdentical(String target) throws IOException {
    byte[] block = new byte[Cloud.block(0).length];
    try (var disk = Files.newByteChannel(parent.resolve(target).resolve("volume-00.raw"))) {
      for (Map.Entry<Integer, ByteBuffer> each : blocks.entrySet()) {
        ByteBuffer read = ByteBuffer.wrap(block);
        disk.position((long) each.getKey() * block.length);
        int count = 0;
        while (read.hasRemaining() && count >= 0) {
          count = disk.read(read);
        }
        assertThat(read.flip().equals(each.getValue())).as("block %s", each.getKey()).isTrue();
      }
    }
  }

  @Override
  public void requireSameBlocks(String target) throws IOException {
    requireIdentical(target);
  }

  @Override
  public List<String> left(String target) throws IOException {
    if (!Files.exists(parent)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public void clean(String target) throws IOException {
    Files.createDirectories(parent);
    List<Path> all;
    try (Stream<Path> files = Files.walk(parent)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      if (!file.equals(parent)) {
        Files.delete(file);
      }
    }
  }
}
