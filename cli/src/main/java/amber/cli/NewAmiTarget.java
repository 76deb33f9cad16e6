package amber.cli;

import amber.UnpackJournal;
import amber.work.Preflight;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** An AMI to be registered of an image that is copied. */
record NewAmiTarget(String name, AmiUnpack unpack) implements ImageTarget {

  @Override
  public String location() {
    return "ami:" + name;
  }

  @Override
  public void check(Preflight preflight, UnpackTask task) throws IOException {
    unpack.check(preflight, task.left()).forEach(preflight::warn);
  }

  @Override
  public void charge(Bill bill) {
    unpack.charge(bill);
  }

  @Override
  public UnpackTask.Work<Optional<AmiUnpack.Made>> work(ImageBlocks blocks) {
    UnpackTask.Work<AmiUnpack.Made> work = unpack.work(blocks);
    return new UnpackTask.Work<>() {
      @Override
      public Optional<AmiUnpack.Made> run(Optional<UnpackJournal> notes) throws IOException {
        return Optional.of(work.run(notes));
      }

      @Override
      public void discard(UnpackJournal notes) throws IOException {
        work.discard(notes);
      }

      @Override
      public Map<String, Object> result(Optional<AmiUnpack.Made> made) {
        return work.result(made.orElseThrow());
      }

      @Override
      public Optional<Duration> keptFor() {
        return work.keptFor();
      }
    };
  }
}
