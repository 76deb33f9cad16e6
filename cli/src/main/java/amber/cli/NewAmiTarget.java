package amber.cli;

import amber.work.Preflight;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** An AMI to be registered of an image that is copied. */
record NewAmiTarget(String name, AmiUnpack unpack) implements ImageTarget {

  @Override
  public String location() {
    return "ami:" + name;
  }

  @Override
  public void check(Preflight preflight) throws IOException {
    unpack.check(preflight, List.of()).forEach(preflight::warn);
  }

  @Override
  public void charge(Bill bill) {
    unpack.charge(bill);
  }

  @Override
  public Optional<AmiUnpack.Made> make(AmiUnpack.Blocks blocks) throws IOException {
    return Optional.of(unpack.run(blocks));
  }
}
