package amber.emulator;

import amber.emulator.ebs.EbsService;
import amber.emulator.ec2.Ec2Service;
import amber.emulator.ec2.StsService;
import amber.emulator.fault.Faults;
import amber.emulator.http.Front;
import amber.emulator.http.Service;
import amber.emulator.iam.Access;
import amber.emulator.kms.KmsService;
import amber.emulator.rbin.RbinService;
import amber.emulator.s3.S3Service;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * EC2, EBS direct, S3, KMS and the rules of the Recycle Bin on loopback: one endpoint for all
 * services and regions, over one directory. Whatever is signed for a region of a partition sees the
 * state of that region only.
 */
public final class Emulator implements AutoCloseable {

  /** All services. A new one is one line here. */
  private static final List<ServiceFactory> SERVICES =
      List.of(
          (world, options) -> new EbsService(world, options.ebs()),
          (world, options) -> new Ec2Service(world, options.ec2()),
          (world, options) -> new S3Service(world, options.s3()),
          (world, options) -> new StsService(world),
          (world, options) -> new KmsService(world),
          (world, options) -> new RbinService(world));

  private final World world;
  private final List<Service> services;
  private final Faults faults;
  private final Access access;
  private final Front front;

  private Emulator(World world, List<Service> services, Faults faults, Access access, Front front) {
    this.world = world;
    this.services = services;
    this.faults = faults;
    this.access = access;
    this.front = front;
  }

  /** Starts an emulator over a directory, which is made if it is not there. */
  public static Emulator start(Path directory, EmulatorOptions options) throws IOException {
    World world = World.open(directory, options.clock());
    List<Service> services = new ArrayList<>();
    try {
      Faults faults = new Faults(options.seed(), options.clock());
      options.faults().forEach(faults::add);
      for (ServiceFactory factory : SERVICES) {
        services.add(factory.open(world, options));
      }
      Access access = new Access(world);
      Front front =
          Front.start(
              options.port(),
              services,
              world::hasRegion,
              (service, operation, request, call) ->
                  faults.around(
                      service,
                      operation,
                      request,
                      () -> access.around(service, operation, request, call)));
      return new Emulator(world, services, faults, access, front);
    } catch (IOException | RuntimeException e) {
      try {
        closeAll(services, world);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** The URL that all services of all regions answer at. */
  public URI endpoint() {
    return front.endpoint();
  }

  /** The state of a region, to prepare or inspect it without a request. */
  public Region region(String name) throws IOException {
    return world.region(name);
  }

  /** How the services misbehave; can be changed at any time. */
  public Faults faults() {
    return faults;
  }

  /** Who may do what, and what was done; can be changed at any time. */
  public Access access() {
    return access;
  }

  /**
   * Starts the S3 of a region's partition, which takes seconds that otherwise the first request to
   * it has to wait for.
   */
  public void startS3(String region) throws IOException {
    for (Service service : services) {
      if (service instanceof S3Service s3) {
        s3.start(world.region(region).partition());
      }
    }
  }

  /** Stops listening and closes all files. The state stays in the directory. */
  @Override
  public void close() throws IOException {
    // Who is waited for in vain would hold up the end.
    faults.clear();
    try {
      front.close();
    } finally {
      closeAll(services, world);
    }
  }

  private static void closeAll(List<Service> services, World world) throws IOException {
    try (world) {
      for (Service service : services) {
        if (service instanceof AutoCloseable closeable) {
          close(closeable);
        }
      }
    }
  }

  private static void close(AutoCloseable service) throws IOException {
    try {
      service.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("a service of the emulator cannot be closed", e);
    }
  }
}
