package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;

/** A flow that registers an image of one snapshot. */
final class FaultsToImage implements FaultFlow {

  private final String name;
  private final Set<String> services;
  private final List<Object> command;
  private final String region;
  private final SortedMap<Integer, ByteBuffer> blocks;
  private final Set<String> before;
  private final Ec2Client ec2;

  FaultsToImage(
      String name,
      Set<String> services,
      List<Object> command,
      String region,
      Ec2Client ec2,
      SortedMap<Integer, ByteBuffer> blocks)
      throws IOException {
    this.name = name;
    this.services = services;
    this.command = command;
    this.region = region;
    this.blocks = blocks;
    before = snapshots();
    this.ec2 = ec2;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> services() {
    return services;
  }

  @Override
  public Set<String> makes() {
    return Set.of("ebs", "ec2");
  }

  @Override
  public List<Object> command(String target) {
    List<Object> all = new ArrayList<>(command);
    all.add("ami:" + target);
    return all;
  }

  private Set<String> snapshots() throws IOException {
    Set<String> ids = new TreeSet<>();
    Cloud.region(region).snapshots().all().forEach(snapshot -> ids.add(snapshot.id()));
    return ids;
  }

  private Set<String> made() throws IOException {
    Set<String> made = snapshots();
    made.removeAll(before);
    return made;
  }

  private List<Image> images(String target) {
    Filter named = Filter.builder().name("name").values(target).build();
    return ec2.describeImages(d -> d.filters(named)).images();
  }

  @Override
  public void requireIdentical(String target) throws IOException {
    assertThat(images(target)).hasSize(1);
    assertThat(made()).hasSize(1);
    String snapshotId = made().iterator().next();
    assertThat(images(target).get(0).blockDeviceMappings().get(0).ebs().snapshotId())
        .isEqualTo(snapshotId);
    assertThat(Cloud.blocks(region, snapshotId).equals(blocks)).as("same blocks").isTrue();
  }

  @Override
  public void requireSameBlocks(String target) throws IOException {
    requireIdentical(target);
  }

  @Override
  public List<String> left(String target) throws IOException {
    List<String> left = new ArrayList<>(made());
    images(target).forEach(image -> left.add(image.imageId()));
    return left;
  }

  @Override
  public void clean(String target) throws IOException {
    images(target).forEach(i -> ec2.deregisterImage(d -> d.imageId(i.imageId())));
    made().forEach(id -> ec2.deleteSnapshot(d -> d.snapshotId(id)));
  }
}
