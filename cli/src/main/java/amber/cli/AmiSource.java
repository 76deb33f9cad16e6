package amber.cli;

import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.ec2.Ami;
import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Preflight;
import amber.ec2.PackableImage;
import amber.image.Image;
import amber.image.Manifest;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;

/** An image of EC2, or a snapshot as an image of one volume. */
final class AmiSource implements PackSource {

  private final Ami ami;
  private final String id;
  private final byte[] manifest;
  private final List<BlockSource> volumes;

  private AmiSource(String id, Ami ami, List<BlockSource> volumes) {
    this.id = id;
    this.ami = ami;
    this.manifest = Manifest.write(ami.image());
    this.volumes = volumes;
  }

  /** Finds out whether an image or a snapshot can be read, and opens it if it can. */
  static Optional<PackSource> open(Ec2Connection aws, Operand operand, Preflight preflight)
      throws InterruptedIOException {
    Optional<PackableImage> opened =
        operand instanceof Operand.Snapshot snapshot
            ? Ec2Preflight.packingSnapshot(aws, snapshot.id(), preflight)
            : Ec2Preflight.packing(aws, operand.toString(), preflight);
    return opened.map(
        image -> new AmiSource(operand.toString(), image.ami(), List.copyOf(image.volumes())));
  }

  @Override
  public String location() {
    return id;
  }

  @Override
  public Image image() {
    return ami.image();
  }

  @Override
  public byte[] manifest() {
    return manifest;
  }

  @Override
  public List<BlockSource> volumes() {
    return volumes;
  }

  @Override
  public String fallbackName() {
    return id;
  }

  /** Snapshots do not change; what else EC2 tells of an image may, as when it is launched. */
  @Override
  public Optional<String> identity() {
    return Optional.of("%s of %s".formatted(id, String.join(", ", ami.snapshotIds())));
  }

  @Override
  public List<String> warnings() {
    return ami.notRestorable().stream()
        .map(note -> "%s: cannot be restored later: %s".formatted(id, note))
        .toList();
  }

  @Override
  public void charge(Bill bill, List<BlockSet> listed) {
    listed.forEach(blocks -> bill.readSnapshot(blocks.size()));
  }

  @Override
  public void refuseAsTarget(Operand.Local target) {
    // Nothing of it lies in files.
  }

  @Override
  public void close() throws IOException {
    for (BlockSource volume : volumes) {
      volume.close();
    }
  }
}
